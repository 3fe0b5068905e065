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
  page.setDefaultTimeout(10_000);
  return () => desk.context.close();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('names the rows of every table, so that a cell is read with what it belongs to', async () => {
  expectOk(await office.admin.client.grants.mint({ body: { name: 'reader', server: 'memory' } }));
  for (const [path, row] of [
    ['/people', 'Ann'],
    ['/grants', 'reader'],
    ['/servers', 'memory'],
    ['/servers/memory', 'read_graph'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('rowheader', { name: row, exact: true }).first().waitFor();
  }
});

it('makes what scrolls a stop of the tabulator only while there is more in it than it shows', async () => {
  const isStop = () =>
    page
      .getByRole('region', { name: /^Members, in/ })
      .evaluate((part) => part.getAttribute('tabindex') === '0');
  await page.goto('/people');
  await page.getByRole('row', { name: /Ann/ }).waitFor();
  await expect.poll(isStop).toBe(false);
  await page.setViewportSize({ width: 320, height: 800 });
  await expect.poll(isStop).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(isStop).toBe(false);
});

/** What stood in each region that tells of changes, when it came into the page. */
const TOLD_AT_ONCE = `
  globalThis.toldAtOnce = [];
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes]))
      if (node instanceof Element)
        for (const region of [node, ...node.querySelectorAll('*')])
          if (region.matches('[role="status"]')) toldAtOnce.push(region.innerText);
  }).observe(document, { childList: true, subtree: true });`;

it('has what tells of changes in the page before its text comes into it', async () => {
  await page.addInitScript(TOLD_AT_ONCE);
  await page.goto('/servers/memory');
  await page.getByRole('button', { name: /^Probe/ }).press('Enter');
  await page.getByRole('status').filter({ hasText: 'It answers' }).waitFor();
  await page.getByRole('link', { name: 'Audit', exact: true }).click();
  await page.getByRole('button', { name: 'Verify both logs' }).press('Enter');
  await page.getByRole('status').filter({ hasText: 'none missing or changed' }).waitFor();
  await page.getByRole('link', { name: 'Approvals', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'No calls wait' }).waitFor();
  const told = await page.evaluate<readonly string[]>('toldAtOnce');
  expect(told.length).toBeGreaterThan(5);
  expect(told.filter((text) => text !== '')).toEqual([]);
});

it('asks before it closes on what is shown once, unless that was copied', async () => {
  const dialog = page.getByRole('dialog', { name: 'Make an API key' });
  const question = page.getByRole('dialog', { name: 'Close this without copying it?' });
  const make = async (name: string) => {
    await page.getByRole('button', { name: 'Make an API key' }).press('Enter');
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByRole('button', { name: 'Make it' }).press('Enter');
    await dialog.getByRole('region', { name: 'API key' }).waitFor();
  };
  await page.goto('/people');
  await make('first');
  const key = await dialog.getByRole('region', { name: 'API key' }).innerText();
  for (const way of ['Escape', 'Close', 'Done']) {
    if (way === 'Escape') await page.keyboard.press(way);
    else await dialog.getByRole('button', { name: way }).press('Enter');
    await question.waitFor();
    await question.getByRole('button', { name: 'Stay here' }).press('Enter');
    await question.waitFor({ state: 'detached' });
    expect(await dialog.innerText(), way).toContain(key);
  }
  await dialog.getByRole('button', { name: /^Copy/ }).press('Enter');
  await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' });
  await dialog.getByRole('button', { name: 'Done' }).press('Enter');
  await dialog.waitFor({ state: 'detached' });
  // By hand it is copied as well.
  await make('second');
  await dialog.getByRole('region', { name: 'API key' }).selectText();
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await make('third');
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Close', exact: true }).first().press('Enter');
  await dialog.waitFor({ state: 'detached' });
  expect(desk.faults).toEqual([]);
});

/** What is told of a field after its name. */
const describing = (field: Locator) =>
  field.evaluate((one) =>
    (one.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id: string) => one.ownerDocument.getElementById(id)?.innerText ?? '')
      .join(' '),
  );

it('ties what fields are for, and what is wrong with them, to the fields', async () => {
  await page.goto('/settings/organization');
  const check = page.getByRole('checkbox', { name: 'Members need a second factor' });
  await check.waitFor();
  expect(await describing(check)).toBe('Anybody without one can only enrol one.');
  await page.goto('/settings/webhooks');
  await page.getByRole('button', { name: 'Add a webhook' }).first().press('Enter');
  const told = page.getByRole('dialog').getByRole('checkbox');
  // A box that has nothing more to say points to nothing.
  for (const one of await told.all()) expect(await one.getAttribute('aria-describedby')).toBe(null);
  await page.goto('/new-server');
  const headers = page.getByRole('group', { name: 'Headers' });
  await headers.getByRole('button', { name: 'Add a header' }).press('Enter');
  expect(await describing(headers)).toBe('Values are never shown again: later you see only fingerprints.');
  await headers.getByLabel('Name 1').fill('not a name');
  await headers.getByLabel('Value of not a name').fill('x');
  await page.getByLabel('Name', { exact: true }).fill('tied');
  await page.getByRole('textbox', { name: 'Address' }).fill('http://127.0.0.1:9/mcp');
  await page.getByRole('button', { name: 'Add the server' }).press('Enter');
  const name = headers.getByLabel('Name 1');
  await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
  expect(await describing(name)).toMatch(/\S/);
});

it('says beside its button why a removal came to nothing, and removes at the next try', async () => {
  const name = 'to be revoked';
  expectOk(await office.admin.client.grants.mint({ body: { name, server: 'memory' } }));
  await page.goto('/people');
  const remove = page.getByRole('button', { name: 'Remove ann@acme.example' });
  await remove.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).press('Enter');
  const refused = page.getByRole('row', { name: /Ann/ }).getByRole('alert');
  await refused.waitFor();
  expect(await refused.innerText()).toMatch(/admin/);
  await page.goto('/grants');
  const row = page.getByRole('row', { name: new RegExp(name) });
  const revoke = row.getByRole('button', { name: `Revoke ${name}` });
  const answer = async () => {
    await revoke.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  await page.route('**/revoke', (route) => route.abort());
  await answer();
  await row.getByRole('alert').filter({ hasText: 'The gateway does not answer' }).waitFor();
  await expect.poll(() => revoke.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
  await page.unroute('**/revoke');
  await answer();
  await row.getByText('revoked').first().waitFor();
  expect(await row.getByRole('alert').count()).toBe(0);
});
