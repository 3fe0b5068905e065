import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, type Office, sessionOf } from '../../server/test/support/people.ts';
import { copyDocument, inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { signInAt } from './support/desk.ts';
import { documentOf, openUnsaved, save } from './support/unsaved.ts';

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

/** A text that nobody has saved, and a way to begin another session of the same person. */
async function writing(name: string) {
  const desk = await openUnsaved(browser, office, name);
  const signInAgain = async () => {
    const { cookie } = await sessionOf(office.gateway, office.admin.person, 'default');
    await signInAt(desk, office.gateway.url, cookie);
  };
  return { ...desk, signInAgain };
}

it('keeps the text of whose session ends, and saves it once they have signed in beside it', async () => {
  const { context, page, signInAgain } = await writing('late');
  await context.clearCookies();
  await save(page);
  await page.getByText('Your session has ended. What you typed is still here').waitFor();
  await page.getByText('sign in again in another tab, then try again here').first().waitFor();
  await inspect(page, 'session ended');
  await signInAgain();
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await page.getByText('Your session has ended. What you typed').waitFor({ state: 'detached' });
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await save(page);
  await page.getByRole('heading', { name: 'Version 2 is in force' }).waitFor();
  await context.close();
});

it('saves for whom has signed in anew in another tab', async () => {
  const { context, page, signInAgain } = await writing('other');
  await signInAgain();
  await save(page);
  await page.getByRole('heading', { name: 'Version 2 is in force' }).waitFor();
  await context.close();
});
