import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const SHOP = { command: process.execPath, args: [join(import.meta.dirname, 'support/shop-server.ts')] };
/** Names a tool that a shop does not offer, and has a warning of its own. */
const CAREFUL = {
  version: '1',
  default: 'deny',
  tools: {
    get_order: {},
    delete_costumer: {
      deny_if: [{ conditions: [{ path: 'args.id', op: 'eq', value: 1 }] }],
    },
  },
  hide: ['get_order'],
};
const FITTING = { version: '1', default: 'deny', tools: { get_order: {} } };
/** With what no person would write, and somebody else's token might say. */
const PAINTERS = {
  issuer: 'cluster',
  subject: 'system:serviceaccount:agents:*',
  claims: { team: '<b>painters</b>' },
};

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice(
    { dashboard: DASHBOARD },
    {
      mcpServers: { shop: SHOP, branch: SHOP },
      policies: { careful: CAREFUL, careful_too: FITTING, nobodys: FITTING },
      grants: { painters: { server: 'shop', policy: 'careful', workloads: [PAINTERS] } },
      more: { workloads: { cluster: { issuer: 'https://cluster.example' } } },
    },
  );
  const { grants } = office.admin.client;
  const mint = async (name: string, server: string, policy: string) =>
    expectOk(await grants.mint({ body: { name, server, policy } }));
  const { token } = await mint('laptop', 'shop', 'careful');
  await mint('in the branch', 'branch', 'careful');
  await mint('another', 'shop', 'careful_too');
  const agent = await connectAgent('sdk 1.x', office.test.endpoint('shop'), token);
  await agent.listTools();
  await agent.close();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await office?.[Symbol.asyncDispose]();
});

it('says of a policy of the configuration file what is wrong with it, by itself and for the tools of each server that it decides for', async () => {
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/policies/careful?view=json');
  const held = page.getByRole('region', { name: 'Against the tools of its servers' });
  const found = held.getByRole('list', { name: 'Problems with the tools of shop' });
  await found.getByText('delete_costumer').first().waitFor();
  await held.getByRole('heading', { name: 'shop', exact: true }).waitFor();
  await held.getByText('What branch offers is not known yet').waitFor();
  const itself = page.getByRole('list', { name: 'Problems in the document' });
  const own = await itself.getByRole('listitem').allInnerTexts();
  expect(own).toHaveLength(1);
  for (const text of await found.getByRole('listitem').allInnerTexts()) expect(own).not.toContain(text);
  await inspect(page, 'a policy of the configuration file');

  await page.goto('/policies/careful_too');
  await held.getByText('It fits the 4 tools of shop').waitFor();
  await page.getByText('This is a valid policy').waitFor();
  expect(await held.getByRole('list').count()).toBe(0);
  await page.goto('/policies/nobodys');
  await held.getByText('No grant names it').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('says it of a policy that is saved here where that is for any server, and so was held against the tools of none', async () => {
  const { grants, policies } = office.admin.client;
  expectOk(await policies.create({ body: { name: 'stored', server: 'shop', document: FITTING } }));
  expectOk(await policies.create({ body: { name: 'for any', document: CAREFUL } }));
  expectOk(await grants.mint({ body: { name: 'of any', server: 'shop', policy: 'for any' } }));
  const { context, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/policies/stored');
  await page.getByText('This is a valid policy, and fits the 4 tools of the server').waitFor();
  expect(await page.getByRole('region', { name: 'Against the tools of its servers' }).count()).toBe(0);
  await page.goto('/policies/for%20any');
  const found = page.getByRole('list', { name: 'Problems with the tools of shop' });
  await found.getByText('delete_costumer').first().waitFor();
  await context.close();
});

it('says of a grant of the configuration file which workloads it is for, and where these come', async () => {
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/grants');
  await page.getByRole('link', { name: 'painters' }).click();
  await page.getByText('system:serviceaccount:agents:*').waitFor();
  await page.getByText('team: <b>painters</b>').waitFor();
  await page.getByText(`${office.gateway.url}/mcp-oauth/shop/`).waitFor();
  await page.getByText('None. Agents that sign in by themselves appear here').waitFor();
  await inspect(page, 'grant for workloads');
  expect(faults).toEqual([]);
  await context.close();
});
