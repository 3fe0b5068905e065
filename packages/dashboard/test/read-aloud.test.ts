import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { type Desk, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

/** Milliseconds: a browser does much in each of these tests. */
vi.setConfig({ testTimeout: 60_000 });

let office: Office;
let browser: Browser;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { memory: MEMORY } });
  expectOk(await office.admin.client.servers.probe({ params: { server: 'memory' } }));
  browser = await openBrowser();
});
beforeEach(async () => {
  desk = await deskOf(browser, office, office.admin);
  page = desk.page;
  page.setDefaultTimeout(10_000);
  return () => desk.context.close();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('names the rows of every table, so that a cell is read with what it belongs to', async () => {
  expectOk(await office.admin.client.grants.mint({ body: { name: 'reader', server: 'memory' } }));
  for (const [path, row] of [
    ['/people', 'Ann'],
    ['/grants', 'reader'],
    ['/servers', 'memory'],
    ['/servers/memory', 'read_graph'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('rowheader', { name: row, exact: true }).first().waitFor();
  }
});

it('makes what scrolls a stop of the tabulator only while there is more in it than it shows', async () => {
  const isStop = () =>
    page
      .getByRole('region', { name: /^Members, in/ })
      .evaluate((part) => part.getAttribute('tabindex') === '0');
  await page.goto('/people');
  await page.getByRole('row', { name: /Ann/ }).waitFor();
  await expect.poll(isStop).toBe(false);
  await page.setViewportSize({ width: 320, height: 800 });
  await expect.poll(isStop).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(isStop).toBe(false);
});
