import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type AgentClient, connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office, sessionOf } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf, signInAt, untilLive } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';
import { wireTo } from './support/wire.ts';

const POLICIES = {
  asking: {
    version: '1',
    default: 'allow',
    tools: {
      delete_entities: { action: 'require_approval' },
      delete_relations: { action: 'require_approval', approval: { required: 2 } },
    },
  },
};

/** Milliseconds: pages are looked at in both themes and widths, on a machine that others may use as well. */
vi.setConfig({ testTimeout: 180_000 });

let office: Office;
let browser: Browser;
let agent: AgentClient;

beforeAll(async () => {
  office = await bootOffice(
    { dashboard: DASHBOARD },
    { mcpServers: { memory: MEMORY }, policies: POLICIES, holdMs: 50_000 },
  );
  browser = await openBrowser();
  agent = await connectAgent('client 2.x, pinned', office.test.endpoint('memory'), office.test.token);
});
afterAll(async () => {
  await agent.close();
  await browser.close();
  await office[Symbol.asyncDispose]();
});

const call = (name: string, by = agent) =>
  by.callTool({ name: 'delete_entities', arguments: { entityNames: [name] } });

it('an approver sees a held call appear, lets it through while its agent waits, and refuses another', async () => {
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('approver'));
  await page.goto('/approvals');
  await page.getByText('Nothing is waiting').waitFor();
  await untilLive(page);
  for (const [verdict, text] of [
    ['Approve', 'first \u202egnp'],
    ['Refuse', 'another'],
  ] as const) {
    const answer = call(text);
    const card = page.getByRole('article', { name: /delete_entities/ });
    // By itself: nothing is opened or read anew.
    await card.waitFor();
    await card.getByText(text.replace('\u202e', '\\u202e')).waitFor();
    await page.getByRole('link', { name: 'Approvals 1 waiting' }).waitFor();
    expect(await page.title()).toBe('(1) Approvals · Boomgate');
    if (verdict === 'Approve') await inspect(page, 'approvals to approve');
    await card.getByLabel('Note').fill('as agreed');
    await card.getByRole('button', { name: verdict }).click();
    const { content, isError } = await answer;
    expect(isError === true).toBe(verdict === 'Refuse');
    if (isError === true) expect(content[0]?.text).toContain('as agreed');
    await page.getByText('Nothing is waiting').waitFor();
    expect(await page.title()).toBe('Approvals · Boomgate');
  }
  await page.getByRole('cell', { name: 'refused' }).waitFor();
  await page.getByLabel('State').selectOption('refused');
  await page.waitForURL('**/approvals?state=refused');
  await expect.poll(() => page.getByRole('cell', { name: '✓ used', exact: true }).count()).toBe(0);
  await page.getByRole('searchbox').fill('nothing of the kind');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByText('None.').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('shows what waits in the organisation where one is, also after turning to another one and back', async () => {
  const approver = await office.somebody('approver');
  await office.join(approver, await office.elsewhere());
  const { context, faults, page } = await deskOf(browser, office, approver);
  await page.goto('/approvals');
  await untilLive(page);
  const answer = call('of the first organisation');
  const waiting = page.getByRole('link', { name: 'Approvals 1 waiting' });
  await waiting.waitFor();
  const turnTo = async (name: string) => {
    await page.getByLabel('Organisation', { exact: true }).selectOption(name);
    await page.getByRole('button', { name: 'Switch: Organisation' }).press('Enter');
  };
  await turnTo('Elsewhere');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await expect.poll(() => page.title()).toBe('Overview · Boomgate');
  expect(await waiting.count()).toBe(0);
  await turnTo('Acme');
  await waiting.click();
  await page.getByRole('article').getByRole('button', { name: 'Refuse' }).click();
  expect((await answer).isError).toBe(true);
  expect(faults).toEqual([]);
  await context.close();
});

it('nobody approves a call of their own grant, and is told why; a link leads another person to its card', async () => {
  const owner = await office.somebody('admin');
  const minted = expectOk(
    await owner.client.grants.mint({ body: { name: 'of its owner', server: 'memory', policy: 'asking' } }),
  );
  const own = await connectAgent('sdk 1.x', office.test.endpoint('memory'), minted.token);
  const answer = call('own', own);
  const ownDesk = await deskOf(browser, office, owner);
  await ownDesk.page.goto('/approvals');
  await ownDesk.page.getByText('nobody approves their own calls').waitFor();
  expect(await ownDesk.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
  expect(await ownDesk.page.getByRole('button', { name: 'Refuse' }).count()).toBe(1);
  await inspect(ownDesk.page, 'approval of an own call');
  const { items } = expectOk(await owner.client.approvals.list({ query: { state: 'waiting' } }));

  const other = await deskOf(browser, office, office.admin);
  await other.page.goto(`/approvals/${items[0]?.id}`);
  await other.page.getByText('{"entityNames":["own"]}').waitFor();
  await other.page.getByRole('button', { name: 'Approve' }).click();
  expect((await answer).isError).not.toBe(true);
  // What another person decided leaves the inbox by itself.
  await ownDesk.page.getByText('Nothing is waiting').waitFor();
  await own.close();
  await ownDesk.context.close();
  await other.context.close();
});

it('no card moves under the hand of who decides: what others decide stays in its place, and what is new comes after it', async () => {
  const calls = [call('1st')];
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('approver'));
  await page.goto('/approvals');
  const cards = page.getByRole('article');
  const shows = async (...texts: readonly string[]) => {
    await expect.poll(() => cards.count()).toBe(texts.length);
    for (const [at, text] of texts.entries()) await cards.nth(at).getByText(text).waitFor();
  };
  for (const name of ['1st', '2nd', '3rd']) {
    if (name !== '1st') calls.push(call(name));
    await page.getByText(`["${name}"]`).waitFor();
  }
  await shows('1st', '2nd', '3rd');
  const { items } = expectOk(await office.admin.client.approvals.list({ query: { state: 'waiting' } }));
  const first = items.at(-1)?.id ?? '';
  expectOk(await office.admin.client.approvals.deny({ params: { approval: first }, body: {} }));
  await cards.nth(0).getByText('refused').first().waitFor();
  expect(await cards.nth(0).getByRole('button', { name: 'Approve' }).count()).toBe(0);
  await shows('1st', '2nd', '3rd');
  // Who goes on by keyboard is at the card that they decided about.
  await cards.nth(1).getByRole('button', { name: 'Approve' }).press('Enter');
  await cards.nth(1).getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' });
  await page.getByRole('status').filter({ hasText: '1 call waits' }).waitFor();
  const hasFocus = () => cards.nth(1).evaluate((card) => card === card.ownerDocument.activeElement);
  await expect.poll(hasFocus).toBe(true);
  await shows('1st', '2nd', '3rd');
  // Somebody else is a moment faster: who meant to refuse does not go away believing that it is refused.
  const last = { params: { approval: items[0]?.id ?? '' }, body: {} };
  const answered = page.waitForResponse('**/deny');
  await page.route('**/deny', async (route) => {
    expectOk(await office.admin.client.approvals.approve(last));
    await page.getByText('Nothing is waiting').waitFor();
    await route.continue();
  });
  // What the card reads of it on being told arrives after the answer: the card has left by then.
  await page.route(`**/approvals/${last.params.approval}`, async (route) => {
    await answered;
    await route.continue();
  });
  await cards.nth(2).getByRole('button', { name: 'Refuse' }).click();
  await page.getByText('You were too late: the call is approved already').first().waitFor();
  expect((await Promise.all(calls)).map(({ isError }) => isError === true)).toEqual([true, false, false]);
  expect(faults).toEqual([]);
  await context.close();
});

it('a call that takes two people says how many have agreed, and waits for the second', async () => {
  const answer = agent.callTool({ name: 'delete_relations', arguments: { relations: [] } });
  const [first, second] = await Promise.all(
    ['first', 'second'].map(async () => deskOf(browser, office, await office.somebody('approver'))),
  );
  for (const { page } of [first, second].flatMap((desk) => desk ?? [])) {
    await page.goto('/approvals');
    await page.getByText('0 of 2 have approved').waitFor();
    await page.getByText('It takes 2 people.').waitFor();
  }
  await first?.page.getByRole('button', { name: 'Approve' }).click();
  await first?.page.getByText('You have approved').waitFor();
  await second?.page.getByText('1 of 2 have approved').waitFor();
  expect(await first?.page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
  await second?.page.getByRole('button', { name: 'Approve' }).click();
  expect((await answer).isError).not.toBe(true);
  await first?.context.close();
  await second?.context.close();
});

it('shows a viewer that a call waits, and neither its values nor a button', async () => {
  const { context, page } = await deskOf(browser, office, await office.somebody('viewer'));
  const stop = new AbortController();
  const answer = agent
    .callTool({ name: 'delete_entities', arguments: { entityNames: ['hidden'] } }, { signal: stop.signal })
    .catch(() => undefined);
  await page.goto('/approvals');
  await page.getByText('Only approvers see their values').waitFor();
  await inspect(page, 'approvals for a viewer');
  expect(await page.getByText('hidden').count()).toBe(0);
  for (const name of ['Approve', 'Refuse'])
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  await page.goto('/');
  await page.getByRole('link', { name: /Approvals waiting\s*1/ }).waitFor();
  stop.abort();
  await answer;
  await context.close();
});

it('tells times by the gateway’s clock where the browser’s is another', async () => {
  const { context, page } = await deskOf(browser, office, office.admin);
  await context.addInitScript(() => {
    const own = Date.now;
    Date.now = () => own() + 3_600_000;
  });
  const stop = new AbortController();
  const answer = agent
    .callTool({ name: 'delete_entities', arguments: { entityNames: ['soon'] } }, { signal: stop.signal })
    .catch(() => undefined);
  await page.goto('/approvals');
  await page
    .getByText(/asked (?:now|\d+ seconds? ago), ends in \d+:\d\d/)
    .first()
    .waitFor();
  stop.abort();
  await answer;
  await context.close();
});

it('goes on by itself after the wire was cut, without losing what happened meanwhile', async () => {
  await using wire = await wireTo(office.gateway.url);
  const { context, page } = await deskOf(browser, { gateway: wire }, office.admin);
  await page.goto('/log');
  await untilLive(page);
  wire.cut();
  await page.getByText('cut off, reconnecting').waitFor();
  await agent.callTool({ name: 'read_graph', arguments: {} });
  const { items } = expectOk(await office.admin.client.decisions.list({ query: { limit: 1 } }));
  expect(await page.locator(`a[href="/log/${items[0]?.id}"]`).count()).toBe(0);
  wire.mend();
  await untilLive(page);
  await page.locator(`a[href="/log/${items[0]?.id}"]`).waitFor();
  await context.close();
});

const waitingIds = async () => {
  const { items } = expectOk(await office.admin.client.approvals.list({ query: { state: 'waiting' } }));
  return items.map(({ id }) => id);
};
const refuseAll = async () => {
  for (const approval of await waitingIds())
    expectOk(await office.admin.client.approvals.deny({ params: { approval }, body: {} }));
};

it('shows at a second interruption what was told last, not what was read during the first', async () => {
  await using wire = await wireTo(office.gateway.url);
  const { context, page } = await deskOf(browser, { gateway: wire }, office.admin);
  const cutOff = page.getByText('cut off, reconnecting').first();
  const stream = '**/api/v1/approvals/stream';
  await page.goto('/approvals');
  await untilLive(page);
  const first = call('of the first');
  await page.getByText('["of the first"]').waitFor();
  // The stream alone does not come back: the page asks for what waits instead.
  await page.route(stream, (route) => route.abort());
  const isRead = page.waitForResponse('**/api/v1/approvals?state=waiting*');
  wire.cut();
  wire.mend();
  await cutOff.waitFor();
  await isRead;
  await page.unroute(stream);
  await untilLive(page);
  await refuseAll();
  await first;
  await page.getByText('Nothing is waiting').waitFor();
  const second = call('of the second');
  await page.getByText('["of the second"]').waitFor();
  wire.cut();
  await cutOff.waitFor();
  await expect(page.getByText('["of the first"]').waitFor({ timeout: 1_000 })).rejects.toThrow('Timeout');
  await page.getByText('["of the second"]').waitFor();
  wire.mend();
  await untilLive(page);
  await refuseAll();
  await second;
  await context.close();
});

it('says at once that a session has ended, and goes on where somebody signs in again', async () => {
  const approver = await office.somebody('approver');
  const { context, page } = await deskOf(browser, office, approver);
  await page.goto('/approvals');
  await untilLive(page);
  expectOk(await approver.client.session.signOut({}));
  const ended = page.getByText('Your session has ended');
  await ended.waitFor();
  const { cookie } = await sessionOf(office.gateway, approver.person, 'default');
  await signInAt({ context }, office.gateway.url, cookie);
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await ended.waitFor({ state: 'detached' });
  await untilLive(page);
  const answer = call('after it');
  await page.getByText('["after it"]').waitFor();
  await refuseAll();
  await answer;
  await context.close();
});

it('opens a stream again that ends with the former session after somebody has signed in again', async () => {
  const approver = await office.somebody('approver');
  await using wire = await wireTo(office.gateway.url);
  const { context, page } = await deskOf(browser, { gateway: wire }, approver);
  await page.goto('/log');
  await untilLive(page);
  await page.getByRole('link', { name: 'Approvals', exact: true }).waitFor();
  const release = wire.hold('/approvals/stream');
  expectOk(await approver.client.session.signOut({}));
  const ended = page.getByText('Your session has ended');
  await ended.waitFor();
  const { cookie } = await sessionOf(office.gateway, approver.person, 'default');
  await signInAt({ context }, wire.url, cookie);
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await ended.waitFor({ state: 'detached' });
  release();
  const answer = call('behind the end of the former session');
  await page.getByRole('link', { name: 'Approvals 1 waiting' }).waitFor();
  await refuseAll();
  await answer;
  await context.close();
});

it('misses nothing that is told while the log is read anew', async () => {
  const viewer = await office.somebody('viewer');
  const { context, page } = await deskOf(browser, office, viewer);
  await page.goto('/log');
  await untilLive(page);
  expectOk(await viewer.client.session.signOut({}));
  await page.getByText('Your session has ended').waitFor();
  await agent.callTool({ name: 'read_graph', arguments: {} });
  const { cookie } = await sessionOf(office.gateway, viewer.person, 'default');
  await signInAt({ context }, office.gateway.url, cookie);
  const { promise: mayCome, resolve: letCome } = Promise.withResolvers<void>();
  const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
  await page.route('**/api/v1/decisions?*', async (route) => {
    const response = await route.fetch();
    read();
    await mayCome;
    await route.fulfill({ response });
  });
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await isRead;
  await untilLive(page);
  await agent.callTool({ name: 'read_graph', arguments: {} });
  const { items } = expectOk(await office.admin.client.decisions.list({ query: { limit: 1 } }));
  const row = page.locator(`a[href="/log/${items[0]?.id}"]`);
  await row.waitFor();
  const hasCome = page.waitForResponse('**/api/v1/decisions?*');
  letCome();
  await hasCome;
  // What was read takes the place of what is shown, and what it does not have is told again.
  await page.waitForTimeout(500);
  await expect.poll(() => row.count()).toBe(1);
  await context.close();
});
