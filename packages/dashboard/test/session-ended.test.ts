import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootOffice, expectOk, type Office, sessionOf } from '../../server/test/support/people.ts';
import { copyDocument, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf, signInAt } from './support/desk.ts';
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

it('says which role one has now, and keeps the text that the former one could save', async () => {
  const [name, other] = ['demoted', await office.somebody('admin')];
  const { policies, members } = office.admin.client;
  expectOk(await policies.create({ body: { name, document: documentOf('first') } }));
  const { context, page } = await deskOf(browser, office, other);
  await page.goto(`/policies/${name}?view=json`);
  await pasteDocument(page, documentOf('mine'));
  const people = page.getByRole('link', { name: 'People', exact: true });
  await people.waitFor();
  expectOk(await members.changeRole({ params: { member: other.member }, body: { role: 'viewer' } }));
  await save(page);
  await page.getByText('You are viewer here now, and were admin before. What you typed is still').waitFor();
  await people.waitFor({ state: 'detached' });
  await page.getByText('Your role does not allow this').waitFor();
  await inspect(page, 'another role');
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await page.getByRole('link', { name: 'Grants', exact: true }).click();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByText('You are viewer here now').waitFor({ state: 'detached' });
  await page.waitForURL('**/grants');
  await page.goto(`/policies/${name}?view=json`);
  await page.getByRole('heading', { name }).waitFor();
  expect(await page.getByRole('button', { name: 'Save as a new version' }).count()).toBe(0);
  await context.close();
});
