import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { copyDocument, type Desk, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const SHOP = { command: process.execPath, args: [join(import.meta.dirname, 'support/shop-server.ts')] };
const ANYTHING = { version: '1', default: 'allow', tools: { delete_customer: { action: 'deny' } } };
/** Of five reads and three refunds: one read and all refunds but one are refused or asked for, or that is not known. */
const CAREFUL = {
  version: '1',
  default: 'deny',
  tools: {
    get_order: {
      limits: [
        { counter: 'orders', window: 'hour', max: 4, scope: 'grant' },
        { counter: 'at once', concurrent: 2, scope: 'grant' },
      ],
    },
    create_refund: {
      deny_if: [
        { name: 'reasoned', conditions: [{ path: 'args.reason', op: 'exists', value: true }] },
        { conditions: [{ path: 'args.amount', op: 'gt', value: 100 }] },
      ],
    },
    delete_customer: {},
  },
};

/** Milliseconds: a browser does much in each of these tests, and looks at pages four times. */
vi.setConfig({ testTimeout: 60_000 });

let office: Office;
let browser: Browser;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { shop: SHOP, branch: SHOP } });
  const { client } = office.admin;
  expectOk(await client.policies.create({ body: { name: 'anything', document: ANYTHING } }));
  expectOk(await client.policies.create({ body: { name: 'careful', server: 'shop', document: CAREFUL } }));
  const grant = { server: 'shop', policy: 'anything' };
  const calls = [
    ...[1, 2, 3, 4, 5].map((id) => ['get_order', { id }] as const),
    ['create_refund', { amount: 5, reason: 'late' }],
    ['create_refund', { amount: 5, reason: 'broken' }],
    ['create_refund', { amount: 5 }],
    ['delete_customer', { id: 1 }],
  ] as const;
  await callAs({ ...grant, name: 'laptop' }, calls);
  await callAs({ ...grant, name: 'trial', mode: 'observe' }, [['delete_customer', { id: 2 }]]);
  browser = await openBrowser();
});
beforeEach(async () => {
  desk = await deskOf(browser, office, office.admin);
  page = desk.page;
  return () => desk.context.close();
});
afterAll(async () => {
  await browser?.close();
  await office?.[Symbol.asyncDispose]();
});

type Minted = { name: string; server: string; policy: string; mode?: 'observe' };
type Called = readonly (readonly [tool: string, args: Record<string, unknown>])[];

async function callAs(body: Minted, calls: Called): Promise<void> {
  const { token } = expectOk(await office.admin.client.grants.mint({ body }));
  const agent = await connectAgent('sdk 1.x', office.test.endpoint(body.server), token);
  for (const [name, args] of calls) await agent.callTool({ name, arguments: args }).catch(() => undefined);
  await agent.close();
}

const part = (name: string) => page.getByRole('region', { name, exact: true });
const replaying = () => part('Replay over the log');
const beginning = () => part('From the log');
const replay = () => replaying().getByRole('button', { name: 'Replay', exact: true }).click();
const came = () => replaying().getByRole('status', { name: 'Result of the replay' });
const selected = (field: Locator) => field.locator('option:checked').innerText();
const hasFocus = (of: Locator | undefined) =>
  expect.poll(() => of?.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
const countsOf = async () => {
  const rows = await replaying().getByRole('list', { name: 'What would become of the calls' }).innerText();
  return [...rows.matchAll(/^(\d+)\s+\S?\s*(as before|newly \w+|not known)/gm)].flatMap(([, count, what]) =>
    count === '0' ? [] : [`${count} ${what}`],
  );
};

it('a policy is replayed as it stands here: figures, what would change and by which rule, and an example in the log', async () => {
  await page.goto('/policies/careful');
  await replaying().getByRole('button', { name: 'Open' }).click();
  expect(await replaying().getByLabel('Server').isDisabled()).toBe(true);
  await replaying().getByLabel('Grant').selectOption('laptop');
  await replay();
  await came()
    .getByText(/^Of 9 calls to shop by laptop from .* to .*, 4 would be decided as they were\.$/)
    .waitFor();
  expect(await countsOf()).toEqual([
    '4 as before',
    '2 newly denied',
    '1 newly limited',
    '1 newly allowed',
    '1 not known',
  ]);
  await replaying().getByText('the log keeps only their names').waitFor();
  await replaying().getByText('Left out: Limit for get_order: at once.').waitFor();
  const row = (name: string) => replaying().getByRole('row').filter({ hasText: name });
  expect(await row('newly denied').innerText()).toMatch(
    /\b2\s+create_refund.*allowed.*Refusal for create_refund\s+in the policy\s+refuse if reason/s,
  );
  await row('newly limited').getByText('4 calls in any hour, per grant').waitFor();
  await row('newly allowed').getByText('none refuses it').waitFor();
  await row('not known').getByText('create_refund', { exact: true }).waitFor();
  await inspect(page, 'replay');
  const [opened] = await Promise.all([
    desk.context.waitForEvent('page'),
    row('newly allowed').getByRole('link').click(),
  ]);
  await opened.getByRole('heading', { level: 1, name: 'delete_customer' }).waitFor();
  await opened.getByText('Why was this refused?').waitFor();
  expect(desk.faults).toEqual([]);
});

it('the rule of a row leads to that rule in the draft, whose row opens and has the focus, as long as it is there', async () => {
  await page.goto('/policies/careful?view=json');
  await replaying().getByRole('button', { name: 'Open' }).click();
  await replaying().getByLabel('Grant').selectOption('laptop');
  await replay();
  const chosen = part('The chosen part');
  const ruleOf = (name: string) =>
    replaying()
      .getByRole('row')
      .filter({ hasText: name })
      .getByRole('button', { name: /in the policy$/ });
  await ruleOf('newly denied').press('Enter');
  const refusals = chosen.getByRole('region', { name: 'Refuse if' });
  const [refusal] = await refusals.getByRole('listitem').all();
  await hasFocus(refusal);
  expect(await refusal?.getByLabel('Name of the rule').inputValue()).toBe('reasoned');
  expect(await refusals.getByRole('button', { name: 'Close' }).count()).toBe(1);
  await inspect(page, 'led to a rule');
  // To another tool, to a row that is open already, and to one that was closed meanwhile.
  await ruleOf('newly limited').press('Enter');
  await chosen.getByRole('heading', { name: 'get_order' }).waitFor();
  const [limit] = await chosen.getByRole('region', { name: 'Limits' }).getByRole('listitem').all();
  await hasFocus(limit);
  await ruleOf('newly limited').press('Enter');
  await hasFocus(limit);
  await limit?.getByRole('button', { name: 'Close' }).click();
  await ruleOf('newly limited').press('Enter');
  await limit?.getByLabel('At most', { exact: true }).waitFor();
  await hasFocus(limit);
  // What was led to once is not led to again by whoever comes back.
  const menu = page.getByRole('navigation', { name: 'Parts of the policy' });
  await menu.getByRole('button', { name: /^create_refund/ }).click();
  await menu.getByRole('button', { name: /^get_order/ }).click();
  await chosen.getByText('4 calls in any hour').waitFor();
  expect(await chosen.getByRole('button', { name: 'Close' }).count()).toBe(0);
  await limit?.getByRole('button', { name: 'Remove' }).click();
  await ruleOf('newly limited').waitFor({ state: 'detached' });
  await replaying().getByText('Limit for get_order: orders', { exact: true }).waitFor();
  await ruleOf('newly denied').waitFor();
  expect(desk.faults).toEqual([]);
});

it('who may not change a policy is led to its rules as well, and to the part where a rule stands in no list', async () => {
  const viewer = await office.somebody('viewer');
  await desk.context.close();
  desk = await deskOf(browser, office, viewer);
  page = desk.page;
  const document = {
    version: '1',
    default: 'deny',
    tools: {
      get_order: { deny_if: [{ conditions: [{ path: 'args.id', op: 'exists', value: true }] }] },
      create_refund: { action: 'deny' },
    },
  };
  expectOk(await office.admin.client.policies.create({ body: { name: 'led', server: 'shop', document } }));
  await page.goto('/policies/led');
  await replaying().getByRole('button', { name: 'Open' }).click();
  await replay();
  const chosen = part('The chosen part');
  const ruleOf = (tool: string) =>
    replaying()
      .getByRole('row')
      .filter({ hasText: tool })
      .getByRole('button', { name: /in the policy$/ });
  await ruleOf('get_order').first().click();
  const [refusal] = await chosen.getByRole('region', { name: 'Refuse if' }).getByRole('listitem').all();
  await hasFocus(refusal);
  expect(await refusal?.getByLabel('What to compare').first().isDisabled()).toBe(true);
  await ruleOf('create_refund').first().click();
  await chosen.getByRole('heading', { name: 'create_refund' }).waitFor();
  await hasFocus(chosen);
  expect(desk.faults).toEqual([]);
});

it('a draft that nobody has saved is replayed, says when it has changed since, and not while it reads as no policy', async () => {
  await page.goto('/policies/anything?view=json');
  await replaying().getByRole('button', { name: 'Open' }).click();
  const button = replaying().getByRole('button', { name: 'Replay', exact: true });
  expect(await button.isDisabled()).toBe(true);
  await replaying().getByLabel('Server').selectOption('shop');
  await replay();
  await came()
    .getByText(/^All 10 calls to shop from .* would be decided as they were\.$/)
    .waitFor();
  expect(await replaying().getByText('has changed since').count()).toBe(0);
  await pasteDocument(page, JSON.stringify({ version: '1', default: 'deny' }));
  await replaying().getByText('The document has changed since this replay').waitFor();
  await replay();
  await came()
    .getByText(/^Of 10 calls .*, 2 would be decided as they were\.$/)
    .waitFor();
  expect(await replaying().getByText('has changed since').count()).toBe(0);
  await replaying()
    .getByRole('row')
    .filter({ hasText: 'get_order' })
    .getByText('What is not listed')
    .waitFor();
  await pasteDocument(page, '{"version":"1","tools":{"get_order":{"deny_iff":[]}}}');
  await replaying().getByText('The document is not a valid policy yet').waitFor();
  expect(await button.isDisabled()).toBe(true);
  await replaying().getByText('has changed since').waitFor();
  await inspect(page, 'replay of what is no policy');
  expect(desk.faults).toEqual([]);
});

it('a replay says when there was no call, when not all were looked at, and why the gateway does not answer', async () => {
  const viewer = await office.somebody('viewer');
  await desk.context.close();
  desk = await deskOf(browser, office, viewer);
  page = desk.page;
  await page.goto('/policies/anything');
  await replaying().getByRole('button', { name: 'Open' }).click();
  await replaying().getByLabel('Server').selectOption('branch');
  await replaying().getByLabel('Period').selectOption('the last day');
  await replay();
  await came().getByText('No call to branch is in the log of the last day').waitFor();
  await replaying().getByLabel('Server').selectOption('shop');
  await page.route('**/api/v1/policies/replay', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), isComplete: false, more: 2 } });
  });
  await replay();
  await replaying().getByText('The period has too many calls to look at all of them').waitFor();
  await replaying().getByText('2 rarer lines had no room here.').waitFor();
  await page.unroute('**/api/v1/policies/replay');
  await page.route('**/api/v1/policies/replay', (route) => route.abort());
  await replay();
  await replaying().getByText('The gateway does not answer. Is it running?').waitFor();
  expect(desk.faults).toEqual([]);
});

it('whose calls of which period are replayed is in the address: a reload and a sent link show the same', async () => {
  const fields = () =>
    Promise.all(['Server', 'Grant', 'Period'].map((name) => selected(replaying().getByLabel(name))));
  await page.goto('/policies/anything');
  await replaying().getByRole('button', { name: 'Open' }).click();
  await replaying().getByLabel('Server').selectOption('shop');
  await replaying().getByLabel('Grant').selectOption('laptop');
  await replaying().getByLabel('Period').selectOption('the last 30 days');
  await page.waitForURL(/replayServer=shop.*replayGrant=.*replayDays=30/);
  const chosen = ['shop', 'laptop', 'the last 30 days'];
  await page.reload();
  await expect.poll(fields).toEqual(chosen);
  await replay();
  await came()
    .getByText(/^All 9 calls to shop by laptop/)
    .waitFor();
  await inspect(page, 'replay by a link');
  const sent = page.url();
  await page.goto('/policies');
  await page.goto(sent);
  await expect.poll(fields).toEqual(chosen);
  // Who only replays what is usual has it in the address as well.
  await page.goto('/policies/careful');
  await replaying().getByRole('button', { name: 'Open' }).click();
  await replay();
  await page.waitForURL(/replayDays=7/);
  // What is not there is what is usual.
  await page.goto('/policies/anything?replayServer=gone&replayGrant=gone&replayDays=8');
  await expect.poll(fields).toEqual(['choose one', 'every grant', 'the last 7 days']);
  await page.goto('/policies/anything?replayServer=shop&replayGrant=gone&replayDays=soon');
  await expect.poll(fields).toEqual(['shop', 'every grant', 'the last 7 days']);
  await page.goto('/policies/careful?view=none&replayServer=branch&replayGrant=laptop&replayDays=1');
  await expect.poll(fields).toEqual(['shop', 'every grant', 'the last day']);
  await page.goto('/policies/careful?replayGrant=laptop');
  await expect.poll(fields).toEqual(['shop', 'laptop', 'the last 7 days']);
  expect(desk.faults).toEqual([]);
});

it('what a suggestion is made of is in the address, and follows the server that the policy is for', async () => {
  const fields = () =>
    Promise.all(['Server', 'Grant', 'Period'].map((name) => selected(beginning().getByLabel(name))));
  await page.goto('/new-policy');
  await beginning().getByRole('button', { name: 'Open' }).click();
  await beginning().getByLabel('Server').selectOption('shop');
  await beginning().getByLabel('Grant').selectOption('laptop');
  await beginning().getByLabel('Period').selectOption('the last day');
  await page.waitForURL(/days=1/);
  await page.reload();
  await expect.poll(fields).toEqual(['shop', 'laptop', 'the last day']);
  // The policy is for no server yet.
  expect(await page.getByLabel('For', { exact: true }).inputValue()).toBe('');
  await beginning().getByRole('button', { name: 'Suggest a policy' }).click();
  await beginning().getByText('The draft below allows').waitFor();
  await expect.poll(() => page.getByLabel('For', { exact: true }).inputValue()).toBe('shop');
  await page.getByLabel('For', { exact: true }).selectOption('branch');
  await expect.poll(fields).toEqual(['branch', 'every grant', 'the last day']);
  expect(new URL(page.url()).search).toBe('?from=log&days=1&server=branch');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.goto('/new-policy?from=log&server=shop&logServer=gone&grant=laptop&days=8');
  await expect.poll(fields).toEqual(['shop', 'every grant', 'the last 7 days']);
  await page.goto('/new-policy?from=log&server=%7B%7D&logServer=gone&grant=gone');
  await expect.poll(fields).toEqual(['choose one', 'every grant', 'the last 7 days']);
  expect(desk.faults).toEqual([]);
});

it('a new policy begins with what was let through, and is saved for the server', async () => {
  await page.goto('/new-policy');
  await beginning().getByRole('button', { name: 'Open' }).click();
  await beginning().getByLabel('Server').selectOption('branch');
  await beginning().getByRole('button', { name: 'Suggest a policy' }).click();
  await beginning().getByText('there is nothing to suggest and no draft was opened').waitFor();
  expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
  await beginning().getByLabel('Server').selectOption('shop');
  await beginning().getByLabel('Grant').selectOption('laptop');
  await beginning().getByRole('button', { name: 'Suggest a policy' }).click();
  await beginning()
    .getByText(/^The draft below allows what 8 requests to shop by laptop from .* used\./)
    .waitFor();
  await beginning().getByText('One further request was refused: it allows nothing for that one.').waitFor();
  await beginning().getByText('Its rates are the usual calls in a minute, rounded up.').waitFor();
  await beginning().getByText('What was called of 2 tools').click();
  await beginning().getByRole('row').filter({ hasText: 'get_order' }).getByText('5').first().waitFor();
  expect(await page.getByLabel('For', { exact: true }).inputValue()).toBe('shop');
  await inspect(page, 'new policy from the log');
  const suggested = JSON.parse(await copyDocument(page));
  expect(suggested).toMatchObject({ default: 'deny', tools: { get_order: { limits: [{ max: 5 }] } } });
  expect(Object.keys(suggested.tools).toSorted()).toEqual(['create_refund', 'get_order']);
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(JSON.parse(await copyDocument(page))).toEqual({ version: '1', default: 'deny', tools: {} });
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByLabel('Name', { exact: true }).fill('as it was used');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL('**/policies');
  const shown = expectOk(await office.admin.client.policies.show({ params: { policy: 'as it was used' } }));
  expect(shown).toMatchObject({ server: 'shop', document: suggested });
  expect(desk.faults).toEqual([]);
});

it('the page of a grant that only observes leads to what it called, and that of a server to all of it', async () => {
  const { items } = expectOk(await office.admin.client.grants.list({ query: {} }));
  await page.goto(`/grants/${items.find(({ name }) => name === 'trial')?.id}`);
  const link = page.getByRole('link', { name: 'Suggest a policy from its calls' });
  await link.waitFor();
  await inspect(page, 'grant that observes');
  await link.click();
  expect(await beginning().getByLabel('Server').inputValue()).toBe('shop');
  await beginning().getByRole('button', { name: 'Suggest a policy' }).click();
  // What a grant that observes is refused by its policy goes through all the same.
  await beginning()
    .getByText(/^The draft below allows what 1 request to shop by trial at .* used\./)
    .waitFor();
  expect(JSON.parse(await copyDocument(page)).tools).toHaveProperty('delete_customer');
  await page.goto('/servers/shop');
  const all = page.getByRole('link', { name: 'Suggest a policy from its log' });
  await all.waitFor();
  await inspect(page, 'server with a log');
  await all.click();
  await beginning().getByRole('button', { name: 'Suggest a policy' }).click();
  await beginning()
    .getByText(/^The draft below allows what 9 requests to shop from/)
    .waitFor();
  expect(desk.faults).toEqual([]);
});
