import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../../server/test/support/gateway.ts';
import { type Desk, inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { MEMORY } from './support/servers.ts';

let test: TestGateway;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  test = await bootGateway({ mcpServers: { memory: MEMORY }, options: { dashboard: DASHBOARD } });
  browser = await openBrowser();
  desk = await openDesk(browser, test.gateway.url);
});
afterAll(async () => {
  await browser.close();
  await test[Symbol.asyncDispose]();
});

it('leads the first person from the code to a gateway that is set up', async () => {
  const { faults, page } = desk;
  await page.goto('/log');
  await page.waitForURL('**/welcome');
  await page.getByLabel('Set-up code').fill('wrong');
  await page.getByLabel('Name of your organisation').fill('Acme');
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByText('Expected at least 12 characters').waitFor();
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('alert').waitFor();
  await inspect(page, 'welcome');
  await page.getByLabel('Set-up code').fill(test.gateway.setup?.code ?? '');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(faults).toEqual([]);
});

const PAGES = [
  ['/', 'Overview'],
  ['/servers', 'Servers'],
  ['/policies', 'Policies'],
  ['/policies/all', 'all'],
  ['/new-policy', 'New policy'],
  ['/grants', 'Grants'],
  ['/approvals', 'Approvals'],
  ['/log', 'Log'],
  ['/people', 'People'],
  ['/settings', 'Settings'],
  ['/audit', 'Audit'],
] as const;

it.each(PAGES)('shows an admin %s, in both themes and two widths', async (path, heading) => {
  const { faults, page } = desk;
  await page.goto(path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await expect.poll(() => page.getByText(/^Loading /).count()).toBe(0);
  await inspect(page, heading.toLowerCase());
  expect(faults).toEqual([]);
});

it('signs out and in again, and leads back to where one wanted to go', async () => {
  const { faults, page } = desk;
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await page.goto('/grants');
  await page.waitForURL('**/sign-in*');
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await page.getByLabel('Password').fill('wrong, but long enough');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password').fill('correct horse battery staple');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/grants');
  expect(faults).toEqual([]);
});

it('leads nobody out of the gateway after signing in', async () => {
  const { page } = desk;
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example']) {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel('E-mail').fill('ann@acme.example');
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(new URL(page.url()).origin).toBe(test.gateway.url);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  }
});
