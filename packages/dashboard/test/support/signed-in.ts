import type { Browser } from 'playwright-core';
import type { Office, Somebody } from '../../../server/test/support/people.ts';
import { type Desk, openDesk } from './browser.ts';

/** A desk at which somebody is signed in. */
export async function deskFor(browser: Browser, office: Office, { cookie }: Somebody): Promise<Desk> {
  const { url } = office.gateway;
  const desk = await openDesk(browser, url);
  const [name = '', value = ''] = cookie.split('=');
  await desk.context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }]);
  return desk;
}
