import { readFile, writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  bootOffice,
  expectOk,
  expectTagged,
  type Office,
  sessionOf,
} from '../../server/test/support/people.ts';
import { copyDocument, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
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

const writing = (name: string) => openUnsaved(browser, office, name);

const textOf = async (name: string) =>
  expectOk(await office.admin.client.policies.show({ params: { policy: name } })).text;

it('asks before a policy is left that is not saved, and keeps it for who stays', async () => {
  const { context, faults, page } = await writing('left');
  await page.getByRole('link', { name: 'Grants', exact: true }).click();
  await page.getByRole('dialog', { name: 'Leave without saving the policy?' }).waitFor();
  await inspect(page, 'leave without saving');
  await page.getByRole('button', { name: 'Stay here' }).click();
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  const closing = page.waitForEvent('dialog');
  // Not by the driver, which would wait for a load that does not come.
  const reloading = page.evaluate('location.reload()');
  const dialog = await closing;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await reloading;
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await page.getByRole('link', { name: 'Grants', exact: true }).click();
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.waitForURL('**/grants');
  expect(faults).toEqual([]);
  await context.close();
});

it('asks nothing once the policy is saved', async () => {
  const { context, page } = await writing('kept');
  await expect
    .poll(() => page.evaluate<number>('performance.now()'), { timeout: 10_000 })
    .toBeGreaterThan(3_000);
  await save(page);
  await page.getByRole('heading', { name: 'Version 2 is in force' }).waitFor();
  // What has happened is not told as what is to come, however long the page has been open.
  expect(await page.getByText(/^Version 2, saved/).innerText()).not.toContain('saved in');
  await page.getByRole('link', { name: 'Grants', exact: true }).click();
  await page.waitForURL('**/grants');
  await context.close();
});

it('keeps the text of who was overtaken, says what the other one changed, and saves it on top of that', async () => {
  const { context, faults, page } = await writing('shared');
  const shown = await office.admin.client.policies.show({ params: { policy: 'shared' } });
  const { etag } = expectTagged(shown);
  expectOk(
    await office.admin.client.policies.save({
      params: { policy: 'shared' },
      body: { document: documentOf('theirs') },
      ifMatch: etag,
    }),
  );
  await page.getByLabel('Note').fill('my reason');
  await save(page);
  await page.getByRole('heading', { name: /^Version 2 was saved meanwhile by/ }).waitFor();
  await page.getByText('/tools/theirs').first().waitFor();
  await inspect(page, 'overtaken');
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await page.getByRole('button', { name: 'Continue with my text' }).press('Enter');
  // The question is gone, and the focus where it stood.
  await page.locator('[aria-label="Saving"]:focus').waitFor();
  expect(await page.getByLabel('Note').inputValue()).toBe('my reason');
  await save(page);
  await page.getByRole('heading', { name: 'Version 3 is in force' }).waitFor();
  expect(JSON.parse(await textOf('shared'))).toEqual(JSON.parse(documentOf('mine')));
  expect(faults).toEqual([]);
  await context.close();
});

it('keeps the text of who writes a policy that the configuration file declares meanwhile, and offers no save', async () => {
  const { context, page } = await writing('filed');
  const { configFile } = office.test;
  const config = JSON.parse(await readFile(configFile, 'utf8'));
  const policies = { ...config.policies, filed: { version: '1', default: 'deny' } };
  await writeFile(configFile, JSON.stringify({ ...config, policies }));
  const isDeclared = async () => !(await textOf('filed')).includes('first');
  await expect.poll(isDeclared, { timeout: 10_000 }).toBe(true);
  await save(page);
  await page.getByText('it is changed there and cannot be saved here').waitFor();
  expect(await page.getByRole('button', { name: /Save as|Continue with my text/ }).count()).toBe(0);
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await page.getByRole('button', { name: 'Discard my text' }).click();
  await context.close();
});

it('keeps the text while the gateway does not answer', async () => {
  const { context, page } = await writing('cut');
  await page.route('**/api/v1/policies/cut', (route) => route.fulfill({ status: 502, body: '<html>' }));
  await save(page);
  await page.getByText('Expected an answer of the gateway, found another with status 502').waitFor();
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await context.close();
});

it('keeps the text where a part of the page cannot be loaded, and loads it once it can be', async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/new-policy');
  await page.getByLabel('Description').fill('typed by hand');
  await page.route('**/assets/**', (route) => route.abort());
  await page.getByRole('radio', { name: 'JSON' }).check();
  await page.getByText('This part of the page could not be loaded').waitFor();
  await page.unroute('**/assets/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByLabel('Document', { exact: true }).waitFor();
  expect(await copyDocument(page)).toContain('typed by hand');
  expect(faults).toEqual([]);
  await context.close();
});

it('says of a page whose script is gone, as after an update, that reloading helps', async () => {
  const { context, page } = await deskOf(browser, office, office.admin);
  await page.goto('/new-policy');
  await page.route('**/assets/grants*', (route) => route.fulfill({ status: 404, body: 'gone' }));
  await page.getByRole('link', { name: 'Grants' }).click();
  await page.getByText('save what you typed and reload the page').waitFor();
  await context.close();
});

it('asks before somebody signs out of what is not saved', async () => {
  const { context, page } = await writing('signed out');
  await page.getByRole('button', { name: 'Sign out' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign out without saving?' });
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  await page.getByRole('button', { name: 'Sign out' }).click();
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
  await context.close();
});

it('asks before somebody turns to another organisation, and stays with the text in this one', async () => {
  const elsewhere = await office.elsewhere();
  await office.join(office.admin, elsewhere);
  const { client, cookie } = await sessionOf(office.gateway, office.admin.person, 'default');
  const { context, faults, page } = await deskOf(browser, office, { ...office.admin, cookie });
  await page.goto('/new-policy?view=json');
  await pasteDocument(page, documentOf('mine'));
  const organization = page.getByLabel('Organisation', { exact: true });
  const switchTo = page.getByRole('button', { name: 'Switch: Organisation' });
  const question = page.getByRole('dialog', { name: 'Switch without saving?' });
  await organization.selectOption('Elsewhere');
  await switchTo.click();
  await question.getByRole('button', { name: 'Stay here' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await copyDocument(page)).toBe(documentOf('mine'));
  expect(expectOk(await client.session.read()).organization.id).not.toBe(elsewhere);
  expect(await organization.locator('option:checked').innerText()).not.toBe('Elsewhere');
  await organization.selectOption('Elsewhere');
  await switchTo.click();
  await question.getByRole('button', { name: 'Switch' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(await organization.locator('option:checked').innerText()).toBe('Elsewhere');
  expect(faults).toEqual([]);
  await context.close();
});

it('says that nobody was signed out while the gateway does not answer', async () => {
  const { cookie } = await sessionOf(office.gateway, office.admin.person, 'default');
  const { context, page } = await deskOf(browser, office, { ...office.admin, cookie });
  await page.goto('/policies');
  await page.route('**/api/v1/session', (route) => route.abort());
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('The gateway does not answer. Is it running?').waitFor();
  await page.unroute('**/api/v1/session');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in**');
  await context.close();
});
