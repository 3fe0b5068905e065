import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, type Office } from '../../server/test/support/people.ts';
import { openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { signInAt } from './support/desk.ts';

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

/** The outline of the first that a selector finds. */
const outlineOf = (page: Page, selector: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).outlineStyle`);

const CHOSEN = [
  ['/new-policy', 'label:has(> [type=radio]:checked)', 'label:has(> [type=radio]:not(:checked))'],
  ['/policies', 'nav a[href="/policies"]', 'nav a[href="/log"]'],
  ['/new-server', '[role=tab][aria-selected=true]', '[role=tab][aria-selected=false]'],
  ['/', 'main nav a[aria-current]', 'main nav a:not([aria-current])'],
] as const;

it.each(CHOSEN)(
  'shows what is chosen where the system sets the colours: %s %s',
  async (path, chosen, other) => {
    const { url } = office.gateway;
    const context = await browser.newContext({ baseURL: url, forcedColors: 'active' });
    await signInAt({ context }, url, office.admin.cookie);
    const page = await context.newPage();
    await page.goto(path);
    await page.locator(chosen).first().waitFor();
    expect([await outlineOf(page, chosen), await outlineOf(page, other)]).toEqual(['solid', 'none']);
    await context.close();
  },
);
