import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { type Desk, inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

/** As long as the API takes, and without a place to break. */
const SERVER = 'S'.repeat(64);
const POLICY = 'P'.repeat(64);
const GRANT = 'N'.repeat(64);
/** More than one row of the stack names at once. */
const GRANTS = 14;

const LONG_MS = 180_000;

const CLOSED = { version: '1', default: 'deny' };
const OPEN = { version: '1', default: 'allow' };
const ENTITY = { name: 'a', entityType: 'b', observations: ['c'] };

let office: Office;
let browser: Browser;
let desk: Desk;
let grant: string;

beforeAll(async () => {
  office = await bootOffice(
    { dashboard: DASHBOARD },
    { mcpServers: { memory: MEMORY, [SERVER]: MEMORY }, policies: { open: OPEN, closed: CLOSED } },
  );
  browser = await openBrowser();
  const { client } = office.admin;
  const body = { name: POLICY, document: CLOSED, note: '' };
  expectOk(await client.policies.create({ body }));
  const minted = expectOk(
    await client.grants.mint({ body: { name: GRANT, server: SERVER, policy: 'open' } }),
  );
  grant = minted.id;
  for (let at = 0; at < GRANTS; at += 1)
    expectOk(await client.grants.mint({ body: { name: `agent ${at}`, server: SERVER, policy: 'open' } }));
  const agent = await connectAgent('sdk 1.x', `${office.gateway.url}/mcp/${SERVER}/`, minted.token);
  await agent.listTools();
  await agent.callTool({ name: 'create_entities', arguments: { entities: [ENTITY] } });
  await agent.close();
  desk = await deskOf(browser, office, office.admin);
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('has room for the longest names on every page that lists them', { timeout: LONG_MS }, async () => {
  const { faults, page } = desk;
  for (const [path, shown] of [
    ['/', page.getByRole('heading', { name: /nothing looks at/ })],
    ['/servers', page.getByRole('link', { name: SERVER })],
    ['/stack', page.getByRole('heading', { name: SERVER })],
    ['/grants', page.getByRole('link', { name: GRANT })],
    [`/grants/${grant}`, page.getByLabel(`Policy for ${SERVER}`, { exact: true })],
    ['/policies', page.getByRole('link', { name: POLICY })],
    [`/policies/${POLICY}`, page.getByRole('heading', { level: 1, name: POLICY })],
    [`/policies/${POLICY}/versions/1`, page.getByRole('region', { name: 'The document' })],
  ] as const) {
    await page.goto(path);
    await shown.waitFor();
    await inspect(page, `long names at ${path.split('/')[1]}`);
  }
  expect(faults).toEqual([]);
});

it('proposes a change of a policy with a long name in a window of 320 pixels', async () => {
  const { client } = office.admin;
  await requireFor('always');
  const { version } = expectOk(await client.policies.show({ params: { policy: POLICY } }));
  const saved = await client.policies.save({
    params: { policy: POLICY },
    body: { document: OPEN, note: 'w'.repeat(100) },
    ifMatch: `"${version}"`,
  });
  const { proposal } = expectOk(saved);
  if (proposal === undefined) throw new Error('expected a proposal');
  const { page } = desk;
  await page.goto(`/proposals/${proposal.id}`);
  const name = page.getByText(`${POLICY}.json`);
  await name.waitFor();
  await inspect(page, 'a proposal with a long name');
  await page.setViewportSize({ width: 320, height: 860 });
  expect(await rightOf(name)).toBeLessThanOrEqual(320);
});

it('keeps the columns of a list readable in a narrow window', async () => {
  const { page } = desk;
  await page.setViewportSize({ width: 320, height: 860 });
  await page.goto('/grants');
  const link = page.getByRole('link', { name: GRANT });
  await link.waitFor();
  const { height = 0 } = (await link.boundingBox()) ?? {};
  // Of three letters a line, it was as high as the window.
  expect(height).toBeLessThan(200);
  await page.goto('/settings/gateway');
  const part = page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Gateway' });
  await part.waitFor();
  expect(await rightOf(part)).toBeLessThanOrEqual(320);
});

it('names a few of many grants, and the others when asked for', async () => {
  const { page } = desk;
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto('/stack');
  const row = page.getByRole('row', { name: /delete_entities/ }).first();
  await row.waitFor();
  expect(await row.getByText('agent 9').count()).toBe(0);
  await row.getByRole('button', { name: /^and \d+ more$/ }).click();
  await row.getByText('agent 9').waitFor();
  const fewer = row.getByRole('button', { name: 'show fewer' });
  expect(await fewer.and(page.locator(':focus')).count()).toBe(1);
});

it('attaches no policy, and changes no role, that a keyboard only passes by', async () => {
  const { page } = desk;
  await requireFor('never');
  await page.goto(`/grants/${grant}`);
  const select = page.getByLabel(`Policy for ${SERVER}`, { exact: true });
  await select.focus();
  await select.press('ArrowDown');
  const attach = page.getByRole('button', { name: 'Attach' });
  await attach.waitFor();
  expect(await policyOf(grant)).toBe('open');
  await select.selectOption('closed');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('closed decides from the next call on').first().waitFor();
  await attach.waitFor({ state: 'detached' });
  expect(await policyOf(grant)).toBe('closed');
  await select.and(page.locator(':focus')).waitFor();

  const viewer = await office.somebody('viewer');
  await page.goto('/people');
  const role = page.getByLabel(`Role of ${viewer.email}`, { exact: true });
  await role.focus();
  await role.press('ArrowUp');
  await page.getByRole('button', { name: `Change: Role of ${viewer.email}` }).waitFor();
  const { items } = expectOk(await office.admin.client.members.list());
  expect(items.find(({ email }) => email === viewer.email)?.role).toBe('viewer');
});

it('says of a policy that waits for a second person that it does not decide yet', async () => {
  const { page } = desk;
  await requireFor('widening');
  await page.goto(`/grants/${grant}`);
  await page.getByLabel(`Policy for ${SERVER}`, { exact: true }).selectOption('open');
  await page.getByRole('button', { name: 'Attach' }).click();
  await page.getByText('open waits for a second person').first().waitFor();
  expect(await page.getByText('open decides from the next call on').count()).toBe(0);
  expect(await policyOf(grant)).toBe('closed');
});

async function policyOf(id: string): Promise<string | undefined> {
  return expectOk(await office.admin.client.grants.show({ params: { grant: id } })).policy;
}

/** Which changes of policies need a second person. */
async function requireFor(requireSecondPerson: 'never' | 'widening' | 'always'): Promise<void> {
  const { client } = office.admin;
  const settings = await client.settings.read();
  const ifMatch = (settings.ok && settings.etag) || '';
  expectOk(await client.settings.change({ body: { requireSecondPerson }, ifMatch }));
}

/** Where it ends, in pixels from the left of the window. */
async function rightOf(what: Locator): Promise<number> {
  const { width = 0, x = 0 } = (await what.boundingBox()) ?? {};
  return x + width;
}
