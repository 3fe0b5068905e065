import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { type Desk, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

/** Milliseconds: a browser does much in each of these tests. */
vi.setConfig({ testTimeout: 60_000 });

let office: Office;
let browser: Browser;
let desk: Desk;
let page: Page;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { memory: MEMORY } });
  expectOk(await office.admin.client.servers.probe({ params: { server: 'memory' } }));
  browser = await openBrowser();
});
beforeEach(async () => {
  desk = await deskOf(browser, office, office.admin);
  page = desk.page;
  return () => desk.context.close();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

const hasFocus = (of: Locator) =>
  expect.poll(() => of.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);

it('goes back to the button that asked a question, whichever way it is answered', async () => {
  await page.goto('/new-policy?server=memory');
  const button = page.getByRole('button', { name: 'Set a class' });
  for (const answer of ['Escape', 'Cancel', 'Set them']) {
    await button.press('Enter');
    const dialog = page.getByRole('dialog');
    await (answer === 'Escape'
      ? page.keyboard.press(answer)
      : dialog.getByRole('button', { name: answer }).press('Enter'));
    await dialog.waitFor({ state: 'detached' });
    await hasFocus(button);
  }
});

it('stays on a button while what it began is under way, which is begun once', async () => {
  let asked = 0;
  const answer = Promise.withResolvers<void>();
  await page.route('**/probe', async (route) => {
    asked += 1;
    await answer.promise;
    await route.continue();
  });
  await page.goto('/servers/memory');
  const button = page.getByRole('button', { name: /^Probe/ });
  await button.press('Enter');
  await page.locator('button[aria-busy="true"]').waitFor();
  await page.keyboard.press('Enter');
  await hasFocus(button);
  answer.resolve();
  await page.locator('button[aria-busy="true"]').waitFor({ state: 'detached' });
  await hasFocus(button);
  expect(asked).toBe(1);
});

it('a tap beside a question leaves neither it nor what was typed', async () => {
  await page.goto('/grants');
  await page.getByRole('button', { name: 'Mint a grant' }).first().click();
  const name = page.getByRole('dialog').getByLabel('Name', { exact: true });
  await name.fill('typed by hand');
  await page.mouse.click(5, 5);
  await name.press('End');
  expect(await name.inputValue()).toBe('typed by hand');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

it('goes on in a list when a thing of it is taken away: to the next one, the last, and then to what adds one', async () => {
  await page.goto('/new-policy?server=memory&at=tool:open_nodes');
  const part = page.getByRole('region', { name: 'The chosen part' });
  await part.getByRole('radio', { name: 'Custom' }).check();
  const add = part.getByRole('button', { name: 'Add a limit' });
  for (const _ of [1, 2, 3]) await add.press('Enter');
  const removes = part.getByRole('button', { name: 'Remove', exact: true });
  await removes.nth(1).press('Enter');
  await expect.poll(() => removes.count()).toBe(2);
  await hasFocus(removes.nth(1));
  await page.keyboard.press('Enter');
  await hasFocus(removes.first());
  await page.keyboard.press('Enter');
  await hasFocus(add);
  await part.getByRole('button', { name: 'Add a refusal' }).press('Enter');
  const condition = part.getByRole('button', { name: 'Add a condition' });
  for (const _ of [1, 2]) await condition.press('Enter');
  await part.getByRole('button', { name: 'Remove condition 2' }).press('Enter');
  await hasFocus(part.getByRole('button', { name: 'Remove condition 1' }));
  await page.keyboard.press('Enter');
  await hasFocus(condition);
  expect(desk.faults).toEqual([]);
});
