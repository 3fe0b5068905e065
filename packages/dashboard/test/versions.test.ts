import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, expectTagged, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

const FIVE = { version: '1', default: 'deny', tools: { read_graph: { rate_limit: '5/minute' } } };
const NINE = { version: '1', default: 'deny', tools: { read_graph: { rate_limit: '9/minute' } } };
const NONE = { version: '1', default: 'deny' };

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { memory: MEMORY } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('shows of each version what it says, what it changed, and what would differ if it were in force again', async () => {
  const { policies } = office.admin.client;
  let { etag } = expectTagged(await policies.create({ body: { name: 'reading', document: NINE } }));
  for (const document of [FIVE, NONE]) {
    const saved = await policies.save({ params: { policy: 'reading' }, body: { document }, ifMatch: etag });
    ({ etag } = expectTagged(saved));
  }
  const { faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/policies/reading');
  await page.getByRole('region', { name: 'Versions' }).getByRole('link', { name: '2', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'reading, version 2' }).waitFor();
  const changed = page.getByRole('region', { name: 'What it changed' });
  await changed.getByText('Nothing is let through that was not before').waitFor();
  expect(await changed.getByRole('list', { name: 'What it changed' }).innerText()).toMatch(
    /"max": 9[\s\S]*"max": 5/,
  );
  const back = page.getByRole('region', { name: 'If it took the place of version 3' });
  await back.getByText('More is let through than before').waitFor();
  expect(await page.getByRole('region', { name: 'The document' }).innerText()).toContain('"max": 5');
  await inspect(page, 'a version of a policy');

  await page.goto('/policies/reading/versions/1');
  await back.waitFor();
  expect(await changed.count()).toBe(0);
  await page.getByRole('link', { name: 'reading', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'reading', exact: true }).waitFor();
  expect(faults).toEqual([]);
});

it('leads from a call in the log to the version that decided it', async () => {
  const { grants, policies } = office.admin.client;
  const { etag } = expectTagged(await policies.create({ body: { name: 'then', document: NINE } }));
  const made = expectOk(await grants.mint({ body: { name: 'reader', server: 'memory', policy: 'then' } }));
  const agent = await connectAgent('sdk 1.x', office.test.endpoint('memory'), made.token);
  await agent.callTool({ name: 'read_graph', arguments: {} });
  await policies.save({ params: { policy: 'then' }, body: { document: NONE }, ifMatch: etag });

  const { faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/log?grant=reader&target=read_graph');
  await page
    .getByRole('link', { name: /read_graph/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'then, version 1' }).click();
  await page.getByRole('region', { name: 'The document' }).getByText('"max": 9').waitFor();
  await page.getByRole('region', { name: 'If it took the place of version 2' }).waitFor();
  expect(faults).toEqual([]);
});
