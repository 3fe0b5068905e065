import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, type Office } from '../../server/test/support/people.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf, untilLive } from './support/desk.ts';
import { oneCall, seedLog } from './support/seed.ts';

/** Rows of several pages, of which the first two are far from the place that is left. */
const SEEDED = 3_000;
/** Pixels, at the edge of a row. */
const PLACE = 36 * 1_500;

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD });
  await seedLog(office.gateway, SEEDED);
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

const listOf = (page: Page) => page.getByRole('region', { name: 'Requests, newest first' });
const topOf = (page: Page) => listOf(page).evaluate((list) => list.scrollTop);

/** Scrolls down to a place, as far as rows come, until they are seen there. */
async function scrollTo(page: Page, pixels: number): Promise<void> {
  await expect
    .poll(() =>
      listOf(page).evaluate((list, to) => {
        list.scrollTo(0, to);
        return list.scrollTop;
      }, pixels),
    )
    .toBe(pixels);
  await expect.poll(() => linkInSight(page)).toMatch(/^\/log\//);
}

/** The link of the first row that is wholly in sight; empty while none is. */
function linkInSight(page: Page) {
  return listOf(page).evaluate((list) => {
    const { top } = list.getBoundingClientRect();
    // Behind the heads, which stay.
    const links = [...list.querySelectorAll('a')].filter(
      (link) => link.getBoundingClientRect().top > top + 36,
    );
    links.sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top);
    return links[0]?.getAttribute('href') ?? '';
  });
}

it('who comes back from a decision finds the place in the log, and what came meanwhile', async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/log?outcome=allow');
  await untilLive(page);
  await scrollTo(page, PLACE);
  const href = await linkInSight(page);
  await page.locator(`a[href="${href}"]`).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForURL(`**${href}`);
  for (const call of [1, 2]) await oneCall(office.gateway, call);

  await page.goBack();
  await page.locator(`a[href="${href}"]`).waitFor();
  expect(await topOf(page)).toBe(PLACE);
  await page.getByRole('button', { name: '2 new calls' }).waitFor();
  expect(await topOf(page)).toBe(PLACE);
  await inspect(page, 'log at the place that was left');
  await page.getByRole('button', { name: '2 new calls' }).click();
  await expect.poll(() => topOf(page)).toBe(0);

  // Whoever asks for the log anew sees it from its beginning, as does another search.
  await scrollTo(page, PLACE);
  await page.getByRole('link', { name: 'Approvals' }).first().click();
  await page.waitForURL('**/approvals');
  await page.getByRole('link', { name: 'Log' }).first().click();
  await untilLive(page);
  expect(await topOf(page)).toBe(0);
  await page.goBack();
  await page.goBack();
  await expect.poll(() => topOf(page)).toBe(PLACE);
  expect(faults).toEqual([]);
  await context.close();
});

it('cuts a rule that has no room at its beginning, as rules differ at their ends', async () => {
  const { context, page } = await deskOf(browser, office, office.admin);
  await page.setViewportSize({ width: 800, height: 860 });
  await page.goto('/log?outcome=deny');
  const rule = listOf(page).getByRole('cell').filter({ hasText: '/tools/create_issue/deny_if/0' }).first();
  const [column, text] = [await rule.boundingBox(), await rule.locator('span').boundingBox()];
  const endOf = (box: typeof column) => (box?.x ?? 0) + (box?.width ?? 0);
  expect(text?.width).toBeGreaterThan(column?.width ?? 0);
  expect(endOf(text)).toBeLessThanOrEqual(endOf(column));
  await context.close();
});
