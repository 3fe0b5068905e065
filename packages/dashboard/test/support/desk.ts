import type { Browser, Page } from 'playwright-core';
import type { Office, Somebody } from '../../../server/test/support/people.ts';
import { type Desk, openDesk } from './browser.ts';

/** A desk at which somebody is signed in. */
export async function deskOf(browser: Browser, office: Office, { cookie }: Somebody): Promise<Desk> {
  const { url } = office.gateway;
  const desk = await openDesk(browser, url);
  const [name = '', value = ''] = cookie.split('=');
  await desk.context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }]);
  return desk;
}

/** Waits until what a page shows comes from a stream that is open. */
export async function untilLive(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: /live$/ }).first().waitFor();
}
