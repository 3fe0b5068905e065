import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bootOffice, expectOk, type Office, PASSWORD } from '../../server/test/support/people.ts';
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
});

it('asks before Escape or the cross takes what was typed, and not where nothing is', async () => {
  await page.goto('/grants');
  await page.getByRole('button', { name: 'Mint a grant' }).first().press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Mint a grant' });
  const name = dialog.getByLabel('Name', { exact: true });
  const question = page.getByRole('dialog', { name: 'Close this without saving?' });
  await name.fill('typed by hand');
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Stay here' }).press('Enter');
  await hasFocus(name);
  expect(await name.inputValue()).toBe('typed by hand');
  await dialog.getByRole('button', { name: 'Close' }).press('Enter');
  await question.getByRole('button', { name: 'Close', exact: true }).first().press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Mint a grant' }).first().press('Enter');
  await hasFocus(name);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

it('is on the page that a link leads to, which tells its name, and on that link for who comes back', async () => {
  const main = page.getByRole('main', { name: 'memory', exact: true });
  await page.goto('/servers');
  const link = page.getByRole('main').getByRole('link', { name: 'memory' });
  await link.press('Enter');
  await hasFocus(main);
  expect(await page.title()).toBe('memory · Boomgate');
  await page.goBack();
  await hasFocus(link);
  // From one page to the next without a link, the focus comes anew, or nobody would hear of it.
  await page.getByRole('main').focus();
  await page.evaluate(`document.addEventListener('focusin', () => { window.arrived = document.title; })`);
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect.poll(() => page.evaluate('window.arrived')).toBe('Policies · Boomgate');
  // Signing out ends the session of all desks.
  const other = await deskOf(browser, office, await office.somebody('viewer'));
  await other.page.goto('/grants');
  await other.page.getByRole('button', { name: 'Sign out', exact: true }).press('Enter');
  await hasFocus(other.page.getByRole('main', { name: 'Sign in' }));
  await other.context.close();
});

it('goes to the first field to mend of a form that is refused', async () => {
  await page.goto('/settings');
  await page.getByLabel('Current password').fill('not this one');
  const next = page.getByLabel('New password', { exact: true });
  await next.fill('short');
  await page.getByRole('button', { name: 'Change' }).press('Enter');
  await page.getByText('Expected at least 12 characters').waitFor();
  await hasFocus(next);
  expect(await next.getAttribute('aria-invalid')).toBe('true');
});

it('stays with what a button was for when the button goes, or has nothing left to do', async () => {
  await page.goto('/new-policy?server=memory&at=tool:open_nodes');
  const part = page.getByRole('region', { name: 'The chosen part' });
  await part.getByRole('radio', { name: 'Deny' }).check();
  await part.getByRole('button', { name: 'Remove its entry' }).press('Enter');
  await hasFocus(part);
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.press('Enter');
  await page.keyboard.press('Enter');
  expect(await undo.isDisabled()).toBe(true);
  await hasFocus(undo);
  await page.goto('/settings');
  await page.getByRole('textbox', { name: 'Your password' }).first().fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('Code from your authenticator').waitFor();
  await hasFocus(page.getByRole('region', { name: 'Your second factor' }));
  await page.goto('/log?outcome=deny&server=memory');
  await page.getByRole('button', { name: 'Remove the filter outcome' }).press('Enter');
  await hasFocus(page.getByRole('button', { name: 'Remove the filter server' }));
  await page.keyboard.press('Enter');
  await hasFocus(page.getByRole('button', { name: 'More filters' }));
  await page.goto('/start?server=memory&skip=policy');
  await page.getByRole('button', { name: 'Mint the grant' }).press('Enter');
  await page.getByText('Waiting for the first call').waitFor();
  await hasFocus(page.getByRole('main'));
});

it('passes the list of a policy’s parts with one key', async () => {
  await page.goto('/new-policy?server=memory');
  await page.getByRole('button', { name: 'Set a class' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await hasFocus(page.getByRole('region', { name: 'The chosen part' }));
});

it('is never below the bar that stays in sight in a narrow window', async () => {
  await page.setViewportSize({ width: 320, height: 256 });
  await page.goto('/servers/memory');
  await page
    .getByRole('button', { name: /^Look at/ })
    .last()
    .focus();
  const bar = (await page.locator('header').first().boundingBox())?.height ?? 0;
  expect(bar).toBeGreaterThan(40);
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Shift+Tab');
    const bottom = await page.evaluate<number>('document.activeElement.getBoundingClientRect().bottom');
    expect(bottom, `stop ${stop}`).toBeGreaterThan(bar);
  }
});

it('goes on in a list when a thing of it is taken away: to the next one, the last, and then to what adds one', async () => {
  await page.goto('/new-policy?server=memory&at=tool:open_nodes');
  const part = page.getByRole('region', { name: 'The chosen part' });
  await part.getByRole('radio', { name: 'Custom' }).check();
  const add = part.getByRole('button', { name: 'Add a limit' });
  for (const _ of [1, 2, 3]) await add.press('Enter');
  // Each says what it takes away.
  const removes = part.getByRole('button', { name: /^Remove 10 calls in any minute/ });
  await expect.poll(() => removes.count()).toBe(3);
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

it('says of every button what it is about, also where several stand below each other', async () => {
  const invited = { email: 'bob@acme.example', role: 'viewer' } as const;
  expectOk(await office.admin.client.invitations.create({ body: invited }));
  const colleague = await office.somebody('viewer');
  for (const [path, button] of [
    ['/people', `Remove ${colleague.email}`],
    ['/people', 'Withdraw the invitation of bob@acme.example'],
    ['/grants', 'Revoke typed'],
    ['/new-policy?server=memory', 'Open Replay over the log'],
    ['/servers/memory', 'Copy the address for agents'],
  ] as const) {
    if (path === '/grants')
      expectOk(await office.admin.client.grants.mint({ body: { name: 'typed', server: 'memory' } }));
    await page.goto(path);
    await page.getByRole('button', { name: button, exact: true }).waitFor();
    const names = await page
      .getByRole('main')
      .getByRole('button')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? one.textContent));
    expect(
      names.filter((name, at) => names.indexOf(name) !== at),
      path,
    ).toEqual([]);
  }
});

it('leaves every button of a question within reach in a narrow window whose text is twice as large', async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('/people');
  await page.evaluate("document.documentElement.style.fontSize = '32px'");
  await page
    .getByRole('button', { name: /^Remove/ })
    .first()
    .press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  // Around, and from the last to the first again.
  for (let stop = 0; stop < 7; stop += 1) {
    const seen = await dialog.locator(':focus').evaluate((at) => {
      const { bottom, left, right, top } = at.getBoundingClientRect();
      const of = at.ownerDocument.defaultView;
      return left >= 0 && right <= (of?.innerWidth ?? 0) && top >= 0 && bottom <= (of?.innerHeight ?? 0);
    });
    if (stop > 0) expect(seen, `stop ${stop}`).toBe(true);
    await page.keyboard.press('Tab');
  }
  // Who is signed in stays there where it tells them something.
  await page.goto('/sign-in?problem=sign_on_refused');
  await page.evaluate("document.documentElement.style.fontSize = '32px'");
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
});

it('names a page at once, says that there is none without asking to try again, and marks where it belongs', async () => {
  const answer = Promise.withResolvers<void>();
  await page.route('**/api/v1/policies/nowhere', async (route) => {
    await answer.promise;
    await route.continue();
  });
  await page.goto('/policies/nowhere');
  await page.getByText('Loading the policy').waitFor();
  await page.getByRole('heading', { level: 1, name: 'nowhere' }).waitFor();
  expect(await page.title()).toBe('nowhere · Boomgate');
  answer.resolve();
  await page.getByRole('alert').filter({ hasText: 'not found' }).waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  for (const [path, place] of [
    ['/new-policy', 'Policies'],
    ['/new-server', 'Servers'],
    ['/start', 'Servers'],
  ] as const) {
    await page.goto(path);
    const here = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current="page"]');
    await expect.poll(() => here.allInnerTexts(), { message: path }).toEqual([place]);
  }
});

it('takes what no page knows out of an address, and asks the gateway for nothing by it', async () => {
  for (const [path, known] of [
    ['/catalogue?text=git', '/catalogue'],
    ['/catalogue?text=git&words=branch', '/catalogue?words=branch'],
    ['/audit?page=2', '/audit'],
    ['/audit?page=2&action=grant', '/audit?action=grant'],
    ['/people?sort=name', '/people'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.getByText(/^Loading/).count()).toBe(0);
    expect(page.url().slice(office.gateway.url.length), path).toBe(known);
    expect(await page.getByRole('alert').count(), path).toBe(0);
  }
});
