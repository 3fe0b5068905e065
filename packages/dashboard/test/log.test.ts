import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf, untilLive } from './support/desk.ts';
import { oneCall, seedLog } from './support/seed.ts';
import { watched } from './support/smooth.ts';

const SEEDED = 100_000;
/** Milliseconds: the whole log is read page by page, on a machine that others may use as well. */
const LONG_MS = 400_000;

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD });
  await seedLog(office.gateway, SEEDED);
  browser = await openBrowser();
}, LONG_MS);
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

const rowsOf = (page: Page) => page.getByRole('row');
const newCalls = (page: Page) => page.getByRole('button', { name: /new calls?$/ });

it(
  'answers at once with what is counted of a long log, says so, and every figure leads to its rows',
  async () => {
    const viewer = await office.somebody('viewer');
    const startMs = performance.now();
    const first = expectOk(await viewer.client.stats.read());
    console.log(`the first figures came after ${Math.round(performance.now() - startMs)} ms`);
    const { context, faults, page } = await deskOf(browser, office, viewer);
    await page.goto('/');
    await page.getByRole('heading', { name: 'Requests by outcome' }).waitFor();
    if (!first.isComplete) await page.getByText('Still counting').waitFor();
    await expect.poll(() => page.getByText('Still counting').count(), { timeout: LONG_MS }).toBe(0);
    const count = page.getByRole('main').getByRole('link', { name: /^Denied/ });
    await expect.poll(() => count.innerText()).toMatch(/11,111/);
    await page.locator('canvas').waitFor();
    await inspect(page, 'overview with a long log');
    await page.getByText('Show as a table').click();
    await page.getByRole('columnheader', { name: 'denied' }).waitFor();
    await count.click();
    await page.waitForURL(/\/log\?.*outcome=deny/);
    const listed = page.getByRole('region', { name: 'Requests, newest first' }).getByRole('row');
    await listed.filter({ hasText: 'denied' }).first().waitFor();
    expect(await listed.filter({ hasText: 'allowed' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  },
  LONG_MS,
);

it(
  'finds rows by what stands in the address: an argument key that few have, and a grant',
  async () => {
    const { context, page } = await deskOf(browser, office, office.admin);
    await page.goto('/log?argKey=rare_key&grant=grant-4');
    await page.getByText('This is the beginning of the log.').waitFor();
    // Every 1,000th row has the key, and every third of those is of this grant.
    expect(await rowsOf(page).filter({ hasText: 'agent 4' }).count()).toBeGreaterThan(5);
    expect(await rowsOf(page).filter({ hasText: 'agent 8' }).count()).toBe(0);
    await page.getByRole('button', { name: 'More filters' }).click();
    await page.getByLabel('Tool', { exact: true }).fill('pay');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/target=pay/);
    await page.getByText('This is the beginning of the log.').waitFor();
    await inspect(page, 'log with filters');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    const lines = (await file.createReadStream()).setEncoding('utf8');
    let text = '';
    for await (const part of lines) text += part;
    expect(
      text
        .split('\r\n')
        .slice(1, -1)
        .every((line) => line.includes('rare_key')),
    ).toBe(true);
    await page.getByRole('button', { name: 'Remove the filter argument name' }).click();
    await expect.poll(() => page.url()).not.toContain('argKey');
    await context.close();
  },
  LONG_MS,
);

it(
  'scrolls through 100,000 rows without an empty frame',
  async () => {
    const { context, faults, page } = await deskOf(browser, office, office.admin);
    await page.goto('/log');
    await rowsOf(page).nth(10).waitFor();
    const startMs = performance.now();
    const whole = await watched(
      page,
      `(list) => { list.scrollBy(0, 9000); return list.textContent.includes('This is the beginning of the log'); }`,
    );
    const tookS = Math.round((performance.now() - startMs) / 1_000);
    const height = await page
      .locator('[role=rowgroup]')
      .last()
      .evaluate((one) => one.clientHeight);
    // Back again, faster than a finger moves.
    const back = await watched(
      page,
      '(list, now) => { list.scrollBy(0, -1200); window.returns ??= now; return now - window.returns > 2_000; }',
    );
    const slow = await watched(
      page,
      '(list, now) => { list.scrollBy(0, 60); window.began ??= now; return now - window.began > 2_000; }',
    );
    console.log({ whole, tookS, back, slow });
    expect(height / 36).toBe(SEEDED);
    expect([whole.blankFrames, back.blankFrames, slow.blankFrames]).toEqual([0, 0, 0]);
    expect(slow.cpuPerFrameMs).toBeLessThan(16);
    await inspect(page, 'log in the middle of 100000 rows');
    expect(faults).toEqual([]);
    await context.close();
  },
  LONG_MS,
);

it(
  'shows 200 calls a second as they come, and stays responsive',
  async () => {
    const { context, faults, page } = await deskOf(browser, office, office.admin);
    await page.goto('/log');
    await untilLive(page);
    await rowsOf(page).nth(10).waitFor();
    let at = 0;
    const begins = performance.now();
    const calls = async () => {
      for (; performance.now() - begins < 4_000; await new Promise((done) => setTimeout(done, 5))) {
        const due = Math.floor((performance.now() - begins) / 5);
        for (; at < due; at += 1) await oneCall(office.gateway, at);
      }
    };
    const [smooth] = await Promise.all([
      watched(page, '(list, now) => { window.from ??= now; return now - window.from > 4_000; }'),
      calls(),
    ]);
    console.log('live', at, smooth);
    expect(at).toBeGreaterThan(700);
    expect(smooth.blankFrames).toBe(0);
    const { items } = expectOk(await office.admin.client.decisions.list({ query: { limit: 1 } }));
    await page.locator(`a[href="/log/${items[0]?.id}"]`).waitFor();

    // Who reads further down is not moved, and told how many came.
    const list = page.getByRole('region', { name: 'Requests, newest first' });
    await list.evaluate((one) => one.scrollTo(0, 4_000));
    await expect.poll(() => list.evaluate((one) => one.scrollTop)).toBe(4_000);
    for (const more of [1, 2, 3]) await oneCall(office.gateway, more);
    await page.getByRole('button', { name: '3 new calls' }).waitFor();
    expect(await list.evaluate((one) => one.scrollTop)).toBe(4_000);
    await inspect(page, 'log with new calls');
    await newCalls(page).click();
    await expect.poll(() => list.evaluate((one) => one.scrollTop)).toBe(0);
    expect(await newCalls(page).count()).toBe(0);

    await page.getByRole('button', { name: 'Pause' }).click();
    await oneCall(office.gateway, 4);
    await page.getByRole('button', { name: '1 new call' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    expect(await newCalls(page).count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  },
  LONG_MS,
);
