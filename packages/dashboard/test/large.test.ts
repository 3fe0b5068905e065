import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mintToken } from '../../server/src/index.ts';
import { newGrant } from '../../server/src/store/conformance/grants.ts';
import { snapshot } from '../../server/src/store/conformance/tools.ts';
import { newApproval } from '../../server/test/api/samples.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf, untilLive } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

/** More than the longest page of a list, and than the overview looks at. */
const GRANTS = 310;
/** More than a first page of the stack has. */
const SERVERS = 51;
/** More than the longest page of a list has. */
const POLICIES = 201;
/** More than a page follows at once. */
const APPROVALS = 201;

const LONG_MS = 120_000;

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice(
    { dashboard: DASHBOARD },
    {
      mcpServers: { memory: MEMORY },
      policies: { all: { version: '1', default: 'allow' }, asking: { version: '1', default: 'deny' } },
    },
  );
  browser = await openBrowser();
  const { store } = office.gateway;
  const { client } = office.admin;
  for (let at = 0; at < SERVERS; at += 1)
    expectOk(await client.servers.create({ body: { slug: `a-${at}`, url: 'https://mcp.example.com/' } }));
  for (let at = 0; at < GRANTS; at += 1) {
    const name = `agent ${String(at).padStart(3, '0')}`;
    await store.grants.create(newGrant({ id: name, name, server: 'a-0', policy: 'all' }), mintToken().hash);
  }
}, LONG_MS);
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('names every grant that opens a server, however many others there are', async () => {
  const { client } = office.admin;
  const stack = [{ server: 'memory', policy: 'asking' }];
  const { id } = expectOk(await client.grants.mint({ body: { name: 'zoo keeper', stack } }));
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers/memory');
  await page.getByRole('rowheader', { name: 'zoo keeper' }).waitFor();
  await page.goto(`/servers/memory/connect?grant=${id}`);
  await page.getByLabel('Grant', { exact: true }).waitFor();
  expect(await page.getByLabel('Grant', { exact: true }).inputValue()).toBe(id);
  // Of a server with more grants than a page of the list has, the rest is one click away and the last is led to by its link.
  await page.goto('/servers/a-0');
  await page.getByRole('rowheader', { name: 'agent 199' }).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByRole('rowheader', { name: 'agent 309' }).waitFor();
  await page.goto('/servers/a-0/connect?grant=agent 309');
  await page.getByRole('option', { name: 'agent 309, all' }).waitFor({ state: 'attached' });
  expect(await page.getByLabel('Grant', { exact: true }).inputValue()).toBe('agent 309');
  await page.goto('/servers/a-0');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('At least 200 grants open it').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('lets every policy be chosen, and says in which order people stand', async () => {
  const { client } = office.admin;
  for (let at = 0; at < POLICIES; at += 1) {
    const body = {
      name: `p ${String(at).padStart(3, '0')}`,
      document: { version: '1', default: 'deny' },
      note: '',
    };
    expectOk(await client.policies.create({ body }));
  }
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/grants');
  await page.getByRole('button', { name: 'Mint a grant' }).click();
  await page.getByLabel('Policy', { exact: true }).selectOption(`p ${POLICIES - 1}`);
  await office.somebody('viewer');
  await office.somebody('approver');
  await page.goto('/people');
  const people = page.getByRole('table', { name: 'Members, in the order in which they joined' });
  await people.getByRole('row', { name: /^approver/ }).waitFor();
  const names = (await people.getByRole('row').allInnerTexts()).map((row) => row.split('\t')[0]?.trim());
  expect(names.slice(1, 2).concat(names.slice(-2))).toEqual(['Ann', 'viewer', 'approver']);
  expect(faults).toEqual([]);
  await context.close();
});

it('leads from a figure to its rows, however many others there are', async () => {
  const owner = { organization: 'default', server: 'zeta' };
  const { store } = office.gateway;
  expectOk(
    await office.admin.client.servers.create({ body: { slug: 'zeta', url: 'https://mcp.example.com/' } }),
  );
  const {
    decidedAtMs: _,
    decidedBy: __,
    ...seen
  } = snapshot('wipe', 'f'.repeat(64), { ...owner, state: 'held' });
  await store.tools.record(owner, { seen: [seen], gone: [] });
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/');
  await page.getByRole('link', { name: /Tools held/ }).click();
  await page.getByRole('link', { name: 'zeta', exact: true }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  await page.reload();
  await page.getByRole('link', { name: 'zeta', exact: true }).waitFor();
  await inspect(page, 'servers with held tools');
  await page.getByRole('link', { name: 'All servers' }).click();
  await page.getByRole('link', { name: 'a-0', exact: true }).waitFor();
  await page.goto('/servers?show=bogus');
  await page.getByRole('link', { name: 'a-0', exact: true }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('says of figures that do not hold everything yet that they do not', async () => {
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/stack');
  await page.getByText('Of the first 50 servers').waitFor();
  await page.getByText('50+').waitFor();
  await inspect(page, 'a large stack');
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('53', { exact: true }).waitFor();
  expect(await page.getByText('Of the first').count()).toBe(0);
  await page.goto('/');
  await page.getByText('There are too many servers or active grants').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('says that more calls wait than it shows, and finds those that were decided behind them', {
  timeout: LONG_MS,
}, async () => {
  const [ended, oldest] = [await newApproval(office), await newApproval(office)];
  expectOk(await office.admin.client.approvals.deny({ params: { approval: ended }, body: { note: 'no' } }));
  for (let at = 0; at < APPROVALS; at += 1) await newApproval(office);
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/approvals');
  await untilLive(page);
  await page.getByText('200+ calls wait').waitFor();
  await page.getByText('These are the newest 200').waitFor();
  expect(await page.title()).toBe('(200+) Approvals · Boomgate');
  await page.getByRole('row', { name: /refused/ }).waitFor();
  expect(await page.locator(`a[href="/approvals/${oldest}"]`).count()).toBe(0);
  await page.getByRole('link', { name: 'All of them' }).click();
  await page.waitForURL('**/approvals?state=waiting');
  const more = page.getByRole('button', { name: 'Show more' });
  await page
    .getByRole('row', { name: /waiting/ })
    .first()
    .waitFor();
  const last = page.locator(`table a[href="/approvals/${oldest}"]`);
  // The button goes with the last page, which may come between a look and a click.
  const clickAndCount = async () => {
    await more.click({ timeout: 1_000 }).catch(() => undefined);
    return last.count();
  };
  await expect.poll(clickAndCount).toBe(1);
  expect(faults).toEqual([]);
  await context.close();
});
