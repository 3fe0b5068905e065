import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AgentClient, connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf, untilLive } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

const POLICIES = {
  limited: {
    version: '1',
    default: 'allow',
    tools: {
      read_graph: {
        limits: [
          { counter: 'reads', window: 'hour', max: 4, scope: 'grant' },
          { counter: 'reads a session', window: 'day', max: 100, scope: ['grant', 'session'] },
        ],
      },
    },
  },
  closed: { version: '1', default: 'deny' },
};

/** Milliseconds: many steps, on a machine that others may use as well. */
const LONG_MS = 180_000;

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { memory: MEMORY }, policies: POLICIES });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

async function mint(name: string) {
  const body = { name, server: 'memory', policy: 'limited', labels: { team: 'a', size: 5 } };
  return expectOk(await office.admin.client.grants.mint({ body }));
}

const agentOf = (token: string) => connectAgent('client 2.x, pinned', office.test.endpoint('memory'), token);

/** Whether a call is let through. */
const reads = async (agent: AgentClient) =>
  (await agent.callTool({ name: 'read_graph', arguments: {} })).isError !== true;

it('shows what an agent uses of its limits, and its calls, as they happen', async () => {
  const { id, token } = await mint('busy');
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto(`/grants/${id}`);
  await page.getByText('No calls yet').waitFor();
  const meter = page.getByRole('meter', { name: 'reads', exact: true });
  expect(await meter.getAttribute('aria-valuetext')).toBe('0 of 4');
  await untilLive(page);
  const agent = await agentOf(token);
  for (let count = 0; count < 4; count += 1) expect(await reads(agent)).toBe(true);
  expect(await reads(agent)).toBe(false);
  await agent.close();
  await page.getByRole('cell', { name: 'limited' }).waitFor();
  await expect.poll(() => meter.getAttribute('aria-valuetext')).toBe('4 of 4');
  await office.gateway.store.stats.advance();
  await page.reload();
  await page.getByText('Last request').waitFor();
  expect(await page.getByTitle('in the hour from').count()).toBe(1);
  await inspect(page, 'grant with used limits');
  for (const name of ['Change', 'Rotate', 'Reveal', 'Pause', 'Revoke'])
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Limits near their maximum' }).waitFor();
  await page.getByRole('link', { name: 'busy' }).click();
  await page.waitForURL(`**/grants/${id}`);
  expect(faults).toEqual([]);
  await context.close();
});

it(
  'an admin changes, rotates, reveals, pauses and revokes a grant, and attaches another policy',
  async () => {
    const { id, token } = await mint('laptop');
    const { context, faults, page } = await deskOf(browser, office, office.admin);
    await page.goto('/grants?text=lapt');
    await page.getByRole('link', { name: 'laptop' }).waitFor();
    expect(await page.getByRole('link', { name: 'busy' }).count()).toBe(0);
    await inspect(page, 'grants with a search');
    await page.getByLabel('State').selectOption('unused for 90 days');
    await page.getByText('Nothing matches').waitFor();
    await page.getByLabel('State').selectOption('all');
    await page.getByRole('link', { name: 'laptop' }).click();

    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('Name', { exact: true }).fill('laptop of Ann');
    await page.getByLabel('Value of label 2').fill('many');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('must be a number').waitFor();
    await page.getByLabel('Value of label 2').fill('6');
    await page.getByLabel('Used from').fill('127.0.0.0/8, 10.0.0');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('found "10.0.0"').waitFor();
    await page.getByLabel('Used from').fill('127.0.0.0/8 ::1');
    await inspect(page, 'grant that is changed');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'laptop of Ann' }).waitFor();
    await page.getByText('size: 6').waitFor();
    await page.getByText('127.0.0.0/8').waitFor();

    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByLabel('Old token works').selectOption('for an hour');
    await inspect(page, 'grant to rotate');
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const told = (await page.getByText('Authorization: Bearer').innerText()).replace(
      'Authorization: Bearer ',
      '',
    );
    expect(told).not.toBe(token);
    await page.getByRole('button', { name: 'Copy Header with the token' }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Old token works').waitFor();
    const [agent, before] = [await agentOf(told), await agentOf(token)];
    expect([await reads(agent), await reads(before)]).toEqual([true, true]);

    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByText('The audit log records that you looked').waitFor();
    expect(await page.getByText(told).count()).toBe(0);
    await page.getByRole('button', { name: 'Show the token' }).click();
    await page.getByText(told).waitFor();
    await inspect(page, 'grant that is revealed');
    await page.getByRole('button', { name: 'Close' }).first().click();
    expect(await page.getByText(told).count()).toBe(0);
    const audit = expectOk(await office.admin.client.audit.list({ query: { text: 'grant.revealed' } }));
    expect(audit.items[0]?.target).toMatchObject({ id, name: 'laptop of Ann' });

    await page.getByLabel('Policy for memory', { exact: true }).selectOption('closed');
    await page.getByRole('button', { name: 'Attach' }).click();
    await page.getByText('closed decides from the next call on').first().waitFor();
    expect(await reads(agent)).toBe(false);

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await expect(reads(agent)).rejects.toThrow();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked').first().waitFor();
    await expect(reads(agent)).rejects.toThrow();
    expect(await page.getByRole('button', { name: 'Rotate' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await Promise.all([agent.close(), before.close()].map((closed) => closed.catch(() => undefined)));
    await context.close();
  },
  LONG_MS,
);

it('says where a grant of the configuration file is changed, and who may attach policies sees that alone', async () => {
  const { items } = expectOk(await office.admin.client.grants.list());
  const declared = items.find(({ origin }) => origin === 'file');
  const { id } = await mint('for a policy manager');
  const { context, page } = await deskOf(browser, office, await office.somebody('policy_manager'));
  await page.goto(`/grants/${declared?.id}`);
  await page.getByText('change it there').waitFor();
  await page.getByText('in the configuration file, or where that refers to').waitFor();
  expect(await page.getByText('rotate for a new one').count()).toBe(0);
  expect(await page.getByLabel('Policy for memory').count()).toBe(0);
  await page.goto(`/grants/${id}`);
  await page.getByLabel('Policy for memory').waitFor();
  for (const name of ['Change', 'Rotate', 'Reveal', 'Pause', 'Revoke'])
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  await page.goto('/grants/deleted');
  await page.getByText('There is no such grant').waitFor();
  await page.getByRole('link', { name: 'Its calls that are still in the log' }).click();
  await page.waitForURL('**/log?grant=deleted');
  await context.close();
});

it('changes of a grant what was touched here, and leaves what somebody else changed meanwhile', async () => {
  const { id } = await mint('of two');
  const { context, page } = await deskOf(browser, office, office.admin);
  await page.goto(`/grants/${id}`);
  await page.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('of both');
  const theirs = { mode: 'observe', labels: { team: 'b' }, owner: 'ann@acme.example' } as const;
  expectOk(await office.admin.client.grants.update({ params: { grant: id }, body: theirs }));
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const changed = expectOk(await office.admin.client.grants.show({ params: { grant: id } }));
  expect(changed).toMatchObject({ ...theirs, name: 'of both' });
  await context.close();
});

it('says of every part of an input what was expected, also where no field asks for it', async () => {
  const { context, page } = await deskOf(browser, office, office.admin);
  await page.goto('/grants');
  await page.getByRole('button', { name: 'Mint a grant' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('too long');
  await dialog.getByLabel('Server').selectOption('memory');
  // As a browser would that does not look at it first.
  await dialog.getByLabel('Days').evaluate((field) => field.removeAttribute('max'));
  await dialog.getByLabel('Days').fill('99999');
  await dialog.getByRole('button', { name: 'Mint' }).click();
  await dialog.locator('input[aria-invalid="true"]').waitFor();
  expect(await dialog.getByText(/^Expected/).count()).toBe(1);

  await page.goto(`/log?target=${'x'.repeat(3_000)}`);
  await page.getByText('target: expected at most').waitFor();
  await context.close();
});
