import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office, sessionOf } from '../../server/test/support/people.ts';
import { copyDocument, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const documentOf = (tool: string) => `{"version":"1","default":"deny","tools":{"${tool}":{}}}`;

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

/** A page on which a new policy of that name stands, with a text that nobody has saved; and another session of the same person. */
async function writing(name: string) {
  expectOk(await office.admin.client.policies.create({ body: { name, document: documentOf('first') } }));
  const { context, page } = await deskOf(browser, office, office.admin);
  await page.goto(`/policies/${name}?view=json`);
  await pasteDocument(page, documentOf('mine'));
  const save = () => page.getByRole('button', { name: 'Save as a new version' }).click();
  const signInAgain = async () => {
    const again = await sessionOf(office.gateway, office.admin.person, 'default');
    const [cookie = '', value = ''] = again.cookie.split('=');
    await context.addCookies([
      { name: cookie, value, url: office.gateway.url, httpOnly: true, sameSite: 'Lax' },
    ]);
  };
  return { context, page, save, signInAgain };
}

it('keeps the text of whose session ends, and saves it once they have signed in beside it', async () => {
  const { context, page, save, signInAgain } = await writing('late');
  await context.clearCookies();
  await save();
  await page.getByText('Your session has ended. What you typed here is still there').waitFor();
  await inspect(page, 'session ended');
  await signInAgain();
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await page.getByText('Your session has ended. What you typed').waitFor({ state: 'detached' });
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await save();
  await page.getByRole('heading', { name: 'Version 2 is in force' }).waitFor();
  await context.close();
});

it('saves for whom has signed in anew in another tab', async () => {
  const { context, page, save, signInAgain } = await writing('other');
  await signInAgain();
  await save();
  await page.getByRole('heading', { name: 'Version 2 is in force' }).waitFor();
  await context.close();
});
