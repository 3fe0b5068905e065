import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { HOSTILE, MEMORY } from './support/servers.ts';

const ASKING = { version: '1', default: 'allow', tools: { delete_entities: { action: 'require_approval' } } };

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice(
    { dashboard: DASHBOARD },
    { mcpServers: { memory: MEMORY, hostile: HOSTILE }, policies: { asking: ASKING }, holdMs: 30_000 },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('a policy that is written in the page decides the next call of a grant that is minted there', async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/new-policy?view=json');
  await page.getByLabel('Name', { exact: true }).fill('reading');
  await pasteDocument(page, '{"version":"1","default":"deny","tools":{"read_graph":{"action":"alow"}}}');
  await page.getByText('expected "allow" or "deny"').waitFor();
  await inspect(page, 'new policy with a problem');
  await pasteDocument(page, '{"version":"1","default":"deny","tools":{"read_graph":{"action":"allow"}}}');
  await page.getByText('This is a valid policy').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'reading' }).waitFor();

  await page.goto('/grants');
  await page.getByRole('button', { name: 'Mint a grant' }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Mint a grant' }).click();
  await page.getByLabel('Name', { exact: true }).fill('laptop');
  await page.getByLabel('Server', { exact: true }).selectOption('memory');
  await page.getByLabel('Policy', { exact: true }).selectOption('reading');
  await page.getByRole('button', { name: 'Mint', exact: true }).click();
  const told = await page.getByText('Authorization: Bearer').innerText();
  await inspect(page, 'minted');
  const agent = await connectAgent(
    'sdk 1.x',
    office.test.endpoint('memory'),
    told.replace('Authorization: Bearer ', ''),
  );
  expect((await agent.callTool({ name: 'read_graph', arguments: {} })).isError).not.toBe(true);
  expect((await agent.callTool({ name: 'open_nodes', arguments: { names: [] } })).isError).toBe(true);

  await page.goto('/policies/reading?view=json');
  await pasteDocument(
    page,
    '{"version":"1","default":"deny","tools":{"read_graph":{"action":"allow"},"open_nodes":{"action":"allow"}}}',
  );
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.getByText('More is let through than before').waitFor();
  await inspect(page, 'widened');
  expect((await agent.callTool({ name: 'open_nodes', arguments: { names: [] } })).isError).not.toBe(true);

  await page.goto('/log?grant=laptop&since=soon');
  await page.getByRole('cell', { name: 'denied' }).waitFor();
  // A time that cannot be read looks for nothing, and does not stand there as if it did.
  await page.getByRole('button', { name: 'Remove the filter grant' }).waitFor();
  expect(await page.getByRole('button', { name: 'Remove the filter from' }).count()).toBe(0);
  await inspect(page, 'log with rows');
  await page
    .getByRole('row', { name: /denied/ })
    .getByRole('link')
    .click();
  await page.getByRole('heading', { name: 'Why' }).waitFor();
  await inspect(page, 'decision');
  expect(faults).toEqual([]);
  await agent.close();
  await context.close();
});

it('an approver lets a held call through while its agent waits, and refuses another', async () => {
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('approver'));
  const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('memory'), office.test.token);
  for (const verdict of ['Approve', 'Refuse'] as const) {
    const call = agent.callTool({ name: 'delete_entities', arguments: { entityNames: [verdict] } });
    await page.goto('/approvals');
    const waiting = page.getByRole('region', { name: 'Waiting for a person' });
    await waiting.getByRole('link', { name: 'delete_entities' }).first().click();
    await page.getByText(`{"entityNames":["${verdict}"]}`).waitFor();
    await inspect(page, `approval to ${verdict.toLowerCase()}`);
    await page.getByLabel('Note').fill('as agreed');
    await page.getByRole('button', { name: verdict }).click();
    expect((await call).isError === true).toBe(verdict === 'Refuse');
  }
  await page.goto('/log?outcome=allow&target=delete_entities');
  await page
    .getByRole('row', { name: /allowed/ })
    .getByRole('link')
    .first()
    .click();
  await page.getByText('One rule was checked. A person let the call through.').waitFor();
  await inspect(page, 'decision by approval');
  await page.getByRole('link', { name: /^apr_/ }).click();
  await page.getByText('{"entityNames":["Approve"]}').waitFor();
  expect(faults).toEqual([]);
  await agent.close();
  await context.close();
});

it('shows a viewer nothing that they may not do', async () => {
  const { context, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/grants');
  await page.getByRole('rowheader', { name: 'test' }).waitFor();
  for (const name of ['Mint a grant', 'Pause', 'Revoke'])
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  for (const name of ['People', 'Audit'])
    expect(await page.getByRole('link', { name }).count(), name).toBe(0);
  for (const [path, who] of [
    ['/people', 'this page needs admin.'],
    ['/new-policy', 'this page needs admin or policy manager.'],
    ['/audit', 'this page needs admin.'],
    ['/settings/organization', 'this page needs admin.'],
    ['/settings/webhooks', 'this page needs admin.'],
    ['/settings/webhooks/x', 'this page needs admin.'],
    ['/settings/gateway', 'this page needs admin.'],
  ] as const) {
    await page.goto(path);
    await page.getByText(who).waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
  }
  await context.close();
});

it('a server whose every text is an attack changes nothing', async () => {
  const { url } = office.gateway;
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  const minted = await office.admin.client.grants.mint({
    body: { name: 'other', server: 'hostile', policy: 'asking' },
  });
  if (!minted.ok) throw new Error(minted.problem.title);
  const agent = await connectAgent('sdk 1.x', `${url}/mcp/hostile/`, minted.body.token);
  await agent.listTools();
  await page.goto('/servers/hostile');
  await page.getByRole('button', { name: 'Look' }).click();
  await page.getByText('onerror').waitFor();
  await page.getByText('\\u202e').waitFor();
  await inspect(page, 'hostile definition');
  expect(await page.evaluate('window.attacked')).toBeUndefined();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(faults).toEqual([]);
  await agent.close();
  await context.close();
});

it('a name without a place to break leaves what stands beside it in sight', async () => {
  const { context, page } = await deskOf(browser, office, office.admin);
  const body = { name: 'w'.repeat(100), server: 'memory', policy: 'asking' };
  expectOk(await office.admin.client.grants.mint({ body }));
  await page.goto('/grants');
  const row = page.getByRole('row', { name: /wwww/ });
  const revoke = await row.getByRole('button', { name: 'Revoke' }).boundingBox();
  expect((revoke?.x ?? 0) + (revoke?.width ?? 0)).toBeLessThanOrEqual(1280);
  await context.close();
});
