import type { Browser, Page } from 'playwright-core';
import type { Somebody } from '../../../server/test/support/people.ts';
import { type Desk, openDesk } from './browser.ts';

/** A desk at which somebody is signed in, at the address of a gateway or of a wire to one. */
export async function deskOf(
  browser: Browser,
  { gateway: { url } }: { readonly gateway: { readonly url: string } },
  { cookie }: Somebody,
): Promise<Desk> {
  const desk = await openDesk(browser, url);
  await signInAt(desk, url, cookie);
  return desk;
}

/** The session of a cookie becomes that of all pages of a desk. */
export async function signInAt(
  { context }: Pick<Desk, 'context'>,
  url: string,
  cookie: string,
): Promise<void> {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }]);
}

/** Waits until what a page shows comes from a stream that is open. */
export async function untilLive(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: /live$/ }).first().waitFor();
}
