import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { copyDocument, type Desk, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const SHOP = { command: process.execPath, args: [join(import.meta.dirname, 'support/shop-server.ts')] };

/** Milliseconds: a browser does much in each of these tests. */
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
  await browser.close();
  await office[Symbol.asyncDispose]();
});

/** A policy that says this of `create_refund`, which is shown. */
async function show(entry: unknown): Promise<void> {
  await page.goto('/new-policy?server=shop&view=json&at=tool:create_refund');
  await pasteDocument(
    page,
    JSON.stringify({ version: '1', default: 'deny', tools: { create_refund: entry } }),
  );
  await page.getByRole('radio', { name: 'Visual' }).check();
  await part.getByRole('heading', { name: 'create_refund' }).waitFor();
}

/** What the document says of it by now. */
async function written(): Promise<unknown> {
  const { tools } = JSON.parse(await copyDocument(page)) as { tools: Record<string, unknown> };
  await page.getByRole('radio', { name: 'Visual' }).check();
  return tools['create_refund'];
}

const press = (name: string) => part.getByRole('button', { name, exact: true }).click();
/** The words of the row follow. */
const open = () => part.getByRole('button', { name: /^Change / }).click();

it('what has no form stands as JSON alone: no field stands there that would change nothing', async () => {
  await show({ action: 'block', reason: 5, deny_if: {}, limits: 'many', approval: { timeout: 'a while' } });
  for (const key of ['action', 'reason', 'deny_if', 'limits'])
    await part.getByRole('button', { name: `Edit as JSON: "${key}"` }).waitFor();
  await part.getByRole('button', { name: 'Edit as JSON: approval' }).waitFor();
  for (const name of ['A call that no rule refuses', 'Waits at most'])
    expect(await part.getByRole('group', { name }).count(), name).toBe(0);
  for (const name of ['Add a refusal', 'Add a limit'])
    expect(await part.getByRole('button', { name }).count(), name).toBe(0);
  await press('Add a requirement');
  expect(await written()).toMatchObject({ action: 'block', deny_if: {}, require: [{ conditions: [] }] });
});

it('a word for a tool counts, whatever stood there before', async () => {
  await show({ rate_limit: '10 per minute' });
  expect(await part.getByRole('radio', { name: 'Custom' }).isChecked()).toBe(true);
  await part.getByRole('radio', { name: 'Limit' }).check();
  await part.getByText(/calls in any/).waitFor();
  await show({ action: 'deny', reason: 5 });
  await part.getByRole('radio', { name: 'Deny' }).check();
  await part.getByLabel('What the agent is told').fill('No');
  expect(await written()).toEqual({ action: 'deny', reason: 'No' });
});

it('an entry that is none is taken away, which allows nothing', async () => {
  await show('deny');
  await press('Remove entry');
  await part.getByText('the default decides: its calls are refused').waitFor();
  expect(await written()).toBeUndefined();
});

it('short forms that cannot be written out say so, and a limit beside them counts for itself', async () => {
  await show({ rate_limit: '10/fortnight' });
  await part.getByText('Change it in the JSON view').waitFor();
  expect(await part.getByRole('button', { name: 'Write it out' }).count()).toBe(0);
  await show({ rate_limit: '10/minute' });
  await press('Add a limit');
  await part.getByLabel('Within', { exact: true }).selectOption('an hour');
  expect(await written()).toEqual({
    rate_limit: '10/minute',
    limits: [{ counter: 'create_refund_rate 2', window: 'hour', max: 10, scope: 'grant' }],
  });
});

it('two arguments that a limit counts by are changed one by one', async () => {
  await show({ limits: [{ counter: 'c', window: 'day', max: 3 }] });
  await open();
  await press('Value of an argument');
  await press('Value of an argument');
  const second = part.getByLabel('Value of', { exact: true }).nth(1);
  await second.selectOption('args.amount');
  await second.selectOption('args.currency');
  expect(await written()).toMatchObject({ limits: [{ scope: ['grant', 'args.amount', 'args.currency'] }] });
});

it('only a window that has a name offers to go by the calendar', async () => {
  await show({ limits: [{ counter: 'c', window: 'day', max: 3, reset: 'calendar' }] });
  await open();
  const calendar = part.getByRole('radio', { name: 'by the calendar' });
  expect(await calendar.isChecked()).toBe(true);
  await part.getByLabel('Within').selectOption('another time');
  await part.getByText('Counted in any such period:').waitFor();
  expect(await calendar.count()).toBe(0);
  expect(await written()).toEqual({ limits: [{ counter: 'c', window: '10m', max: 3 }] });
});

it('a path that is typed is that of another argument on its way, and neither field nor value changes for it', async () => {
  await show({ deny_if: [{ conditions: [{ path: 'args.to[0]', op: 'eq', value: 'x' }] }] });
  await open();
  await part.getByLabel('What to compare, as a path').focus();
  for (const key of ['End', 'Backspace', 'Backspace', 'Backspace']) await page.keyboard.press(key);
  await page.keyboard.type('[1]');
  expect(await written()).toEqual({
    deny_if: [{ conditions: [{ path: 'args.to[1]', op: 'eq', value: 'x' }] }],
  });
});

it('JSON that stands open for one condition is not taken over for the one that comes into its place', async () => {
  const conditions = ['first', 'second'].map((value) => ({ path: 'args.to', op: 'like', value }));
  await show({ deny_if: [{ conditions }] });
  await open();
  await press('Edit as JSON: condition 1');
  const field = part.getByRole('textbox', { name: 'condition 1' });
  await press('Remove condition 1');
  await part.getByText('this part has changed since you opened it').waitFor();
  await field.fill('{"path":"args.to","op":"exists","value":true}');
  expect(await part.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
  await press('Cancel');
  expect(await written()).toEqual({ deny_if: [{ conditions: conditions.slice(1) }] });
});

it('a step back is one of the document where it is changed, and one of the typing everywhere else', async () => {
  await show({ limits: [{ counter: 'c', window: 'day', max: 3 }] });
  await open();
  const most = part.getByLabel('At most', { exact: true });
  await most.fill('5');
  await most.fill('');
  await part.getByText('expected a whole number of at least 0').waitFor();

  const trying = page.getByRole('region', { name: 'Try it' });
  await trying.getByRole('button', { name: 'Open' }).click();
  const reason = trying.getByLabel('reason');
  await reason.pressSequentially('typed');
  await page.keyboard.press('Control+z');
  expect(await reason.inputValue()).not.toBe('typed');
  expect(await most.inputValue()).toBe('');

  await most.press('Control+z');
  await expect.poll(() => most.inputValue()).toBe('3');
  expect(await written()).toEqual({ limits: [{ counter: 'c', window: 'day', max: 3 }] });
});

it('nothing in the note of a version is hidden where the page begins with it', async () => {
  const note = 'as agreed \u202eton';
  const document = { version: '1', default: 'deny' };
  expectOk(await office.admin.client.policies.create({ body: { name: 'noted', note, document } }));
  await page.goto('/policies/noted');
  expect(await page.getByText(/^Version 1, saved/).innerText()).toContain(': as agreed \\u202eton.');
});

it('a text that turns its direction reads in the editor as the gateway reads it, and is kept as it is', async () => {
  const { faults } = desk;
  const text = '{"version":"1","default":"deny","description":"a\u202e \u200b","tools":{}}';
  await page.goto('/new-policy?view=json');
  await pasteDocument(page, text);
  const shown = text.replace('\u202e', '\\u202e').replace('\u200b', '\\u200b');
  await expect
    .poll(() => page.getByLabel('Document', { exact: true }).locator('.cm-line').allInnerTexts())
    .toEqual([shown]);
  expect(await copyDocument(page)).toBe(text);
  expect(faults).toEqual([]);
});

it('JSON that is not taken over is asked about before another part, the other view or another page is shown', async () => {
  const text = '{"version":"1","default":"deny","tools":{"create_refund":{"odd":1}}}';
  const document = '{"version":"1","default":"deny"}';
  expectOk(await office.admin.client.policies.create({ body: { name: 'odd', server: 'shop', document } }));
  // As a gateway has it that knows more than this page.
  await page.route('**/api/v1/policies/odd', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), text } });
  });
  await page.goto('/policies/odd?at=tool:create_refund');
  const dialog = page.getByRole('dialog');
  const menu = page.getByRole('navigation', { name: 'Parts of the policy' });
  await press('Edit as JSON: "odd"');
  // Nothing is lost as long as nothing was typed.
  await menu.getByRole('button', { name: 'Whole policy' }).click();
  await part.getByRole('heading', { name: 'Whole policy' }).waitFor();
  await menu.getByRole('button', { name: 'create_refund' }).click();
  await press('Edit as JSON: "odd"');
  const block = part.getByRole('textbox', { name: '"odd"' });
  await block.fill('{"half": ');
  const lost = 'Continue without applying your JSON?';
  const ways = [
    [menu.getByRole('button', { name: 'Whole policy' }), lost],
    [page.getByRole('radio', { name: 'JSON' }), lost],
    [page.getByRole('link', { name: 'Grants', exact: true }), lost],
    [page.getByRole('button', { name: 'Sign out' }), 'Sign out without saving?'],
  ] as const;
  for (const [way, question] of ways) {
    await way.click();
    await page.getByRole('dialog', { name: question }).getByRole('button', { name: 'Stay here' }).click();
    expect(await block.inputValue()).toBe('{"half": ');
  }
  // Where the policy itself is not saved either, that is asked, and asked once.
  await part.getByRole('radio', { name: 'Custom' }).check();
  await part.getByRole('button', { name: 'Add a limit' }).click();
  await page.getByRole('link', { name: 'Grants', exact: true }).click();
  await page.getByRole('dialog', { name: 'Leave without saving the policy?' }).waitFor();
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  await menu.getByRole('button', { name: 'Whole policy' }).click();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await part.getByRole('heading', { name: 'Whole policy' }).waitFor();
  await page.getByRole('link', { name: 'Grants', exact: true }).click();
  await page.waitForURL('**/grants');
  expect(desk.faults).toEqual([]);
});
