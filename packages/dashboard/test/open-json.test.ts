import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bootOffice, expectOk, expectTagged, type Office } from '../../server/test/support/people.ts';
import { copyDocument, type Desk, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const SHOP = { command: process.execPath, args: [join(import.meta.dirname, 'support/shop-server.ts')] };
const like = (value: string) => ({ path: 'args.to', op: 'like', value });
/** Conditions of an operator that does not exist have no form. */
const ODD = { deny_if: [{ conditions: [like('a'), like('b')] }, { conditions: [like('c')] }] };
/** What is typed into the first of them. */
const HALF = '{"half": ';

/** Milliseconds: a browser does much in each of these tests, and looks at a page four times. */
vi.setConfig({ testTimeout: 60_000 });

let office: Office;
let browser: Browser;
let desk: Desk;
let page: Page;
let part: Locator;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { shop: SHOP } });
  expectOk(await office.admin.client.servers.probe({ params: { server: 'shop' } }));
  browser = await openBrowser();
});
beforeEach(async () => {
  desk = await deskOf(browser, office, office.admin);
  page = desk.page;
  part = page.getByRole('region', { name: 'The chosen part' });
  return () => desk.context.close();
});
afterAll(async () => {
  await browser?.close();
  await office?.[Symbol.asyncDispose]();
});

const question = () => page.getByRole('dialog', { name: 'Continue without applying your JSON?' });
const field = () => part.getByRole('textbox', { name: 'condition 1' });
const button = (name: string) => part.getByRole('button', { name, exact: true });
/** The same of a row, whose words follow. */
const ofRow = (name: string) => part.getByRole('button', { name: new RegExp(`^${name} refuse if `) });
const goOn = () => question().getByRole('button', { name: 'Continue' }).click();
const hasFocus = (of: Locator) =>
  expect.poll(() => of.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);

/** A new policy that says this of `create_refund`, in whose first row JSON is typed and not taken over. */
async function type(): Promise<void> {
  await page.goto('/new-policy?server=shop&view=json&at=tool:create_refund');
  await page.getByLabel('Name', { exact: true }).fill('typed');
  await pasteDocument(page, JSON.stringify({ version: '1', default: 'deny', tools: { create_refund: ODD } }));
  await page.getByRole('radio', { name: 'Visual' }).check();
  await ofRow('Change').first().click();
  await button('Edit as JSON: condition 1').click();
  await field().fill(HALF);
}

/** What the document says of it by now. */
async function written(): Promise<unknown> {
  return (JSON.parse(await copyDocument(page)) as { tools: object }).tools;
}

it('JSON that is not taken over is asked about before anything that would close it, and stays for who stays', async () => {
  await type();
  const limits = part.getByRole('region', { name: 'Limits' });
  const ways: Readonly<Record<string, () => Promise<void>>> = {
    'closing the row': () => ofRow('Close').click(),
    'opening another one': () => ofRow('Change').click(),
    'taking the row away': () => ofRow('Remove').first().click(),
    'adding a row': () => button('Add a refusal').click(),
    'taking a condition away': () => button('Remove condition 2').click(),
    'negating it': () => button('Negate condition 1').click(),
    'another mode': () => part.getByRole('radio', { name: 'Deny' }).click(),
    'taking the entry away': () => button('Remove its entry').click(),
    'what is recommended': () => page.getByRole('button', { name: 'Use it' }).click(),
    'a step back': () => page.getByRole('button', { name: 'Undo' }).click(),
    'a step back by keys': () => part.getByLabel('Message of the rule').press('Control+z'),
    'saving it': () => page.getByRole('button', { name: 'Save', exact: true }).click(),
  };
  for (const [name, act] of Object.entries(ways)) {
    await act();
    await question().waitFor();
    await question().getByRole('button', { name: 'Stay here' }).click();
    await question().waitFor({ state: 'detached' });
    expect(await field().inputValue(), name).toBe(HALF);
  }
  // What closes nothing asks nothing.
  await limits.getByRole('button', { name: 'Add a limit' }).click();
  await part.getByLabel('Message of the rule').fill('No');
  expect(await field().inputValue()).toBe(HALF);
  await limits.getByRole('button', { name: 'Remove' }).click();
  await button('Negate condition 2').click();
  await part.getByText('It is not true that', { exact: true }).waitFor();
  expect(await question().count()).toBe(0);
  expect(await field().inputValue()).toBe(HALF);
  await page.getByRole('button', { name: 'Undo' }).click();
  await inspect(page, 'JSON that is not taken over');
  await goOn();
  await part.getByText('It is not true that', { exact: true }).waitFor({ state: 'detached' });
  expect(await field().count()).toBe(0);
  await page.getByRole('button', { name: 'Redo' }).click();
  await part.getByText('It is not true that', { exact: true }).waitFor();
  expect(desk.faults).toEqual([]);
});

it('who goes on has what they asked for, with the focus where it leads; what is taken over is asked about no more', async () => {
  await type();
  await button('Remove condition 1').press('Enter');
  await goOn();
  await hasFocus(button('Remove condition 1'));
  await button('Edit as JSON: condition 1').click();
  await field().fill(JSON.stringify(like('taken')));
  await ofRow('Close').click();
  await question().getByRole('button', { name: 'Stay here' }).click();
  await button('Apply').click();
  await ofRow('Close').press('Enter');
  await hasFocus(ofRow('Change').first());
  expect(await written()).toEqual({
    create_refund: { deny_if: [{ conditions: [like('taken')] }, { conditions: [like('c')] }] },
  });
  expect(desk.faults).toEqual([]);
});

it('a class is set, and a policy saved, once somebody has agreed', async () => {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/policies')) sent.push(request.url());
  });
  await type();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await question().waitFor();
  expect(sent).toEqual([]);
  await goOn();
  await page.getByText('"like"').first().waitFor();
  expect(sent).toHaveLength(1);
  await button('Edit as JSON: condition 1').click();
  await field().fill(HALF);
  await page.getByRole('button', { name: 'Set a class' }).click();
  const setting = page.getByRole('dialog', { name: 'Set all tools of a class' });
  await setting.getByRole('button', { name: 'Set them' }).click();
  await question().getByRole('button', { name: 'Stay here' }).click();
  await hasFocus(setting.getByRole('button', { name: 'Set them' }));
  await setting.getByRole('button', { name: 'Set them' }).click();
  await goOn();
  await setting.waitFor({ state: 'detached' });
  await hasFocus(page.getByRole('button', { name: 'Set a class' }));
  expect(Object.keys((await written()) as object).length).toBeGreaterThan(0);
  expect(desk.faults).toEqual([]);
});

it('another version in force takes no JSON away that is typed, also where nothing else is changed', async () => {
  const { client } = office.admin;
  const document = { version: '1', default: 'deny' };
  const made = expectTagged(
    await client.policies.create({ body: { name: 'shared', server: 'shop', document } }),
  );
  const body = { document: { ...document, default: 'allow' } };
  expectOk(await client.policies.save({ params: { policy: 'shared' }, body, ifMatch: made.etag }));
  // As a gateway has it that knows more than this page.
  const text = JSON.stringify({ ...document, tools: { create_refund: ODD } });
  await page.route('**/api/v1/policies/shared', async (route) => {
    const response = await route.fetch();
    const shown = await response.json();
    await route.fulfill({ response, json: shown.version === 2 ? { ...shown, text } : shown });
  });
  await page.goto('/policies/shared?at=tool:create_refund');
  await ofRow('Change').first().click();
  await button('Edit as JSON: condition 1').click();
  await field().fill(HALF);
  await page.getByRole('button', { name: 'Roll back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
  await page.getByRole('heading', { name: /^Version 3 was saved meanwhile by/ }).waitFor();
  expect(await field().inputValue()).toBe(HALF);
  await page.getByRole('button', { name: 'Discard my text, show version 3' }).click();
  await goOn();
  await part.getByText('the default decides').waitFor();
  expect(desk.faults).toEqual([]);
});
