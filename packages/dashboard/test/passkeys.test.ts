import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../../server/test/support/gateway.ts';
import { NO_SERVER, PASSWORD } from '../../server/test/support/people.ts';
import { type Desk, inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';

let test: TestGateway;
let browser: Browser;
let desk: Desk;
/** An address of digits has no passkeys. */
const home = (): string => test.gateway.url.replace('127.0.0.1', 'localhost');

beforeAll(async () => {
  test = await bootGateway({ mcpServers: NO_SERVER, options: { dashboard: DASHBOARD } });
  browser = await openBrowser();
  desk = await openDesk(browser, home());
  const session = await desk.context.newCDPSession(desk.page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
});
afterAll(async () => {
  await browser.close();
  await test[Symbol.asyncDispose]();
});

it('a person adds a passkey, signs in with it alone, and removes it', { timeout: 180_000 }, async () => {
  const { faults, page } = desk;
  await page.goto('/welcome');
  await page.getByLabel('Set-up code').fill(test.gateway.setup?.code ?? '');
  await page.getByLabel('Name of your organisation').fill('Acme');
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

  await page.goto('/settings');
  await page.getByLabel('Name of the device').fill('Ann\u2019s laptop');
  await page.getByLabel('Your password, to add a passkey').fill('not the password');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Your password, to add a passkey').fill(PASSWORD);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('rowheader', { name: 'Ann\u2019s laptop', exact: true }).waitFor();
  await inspect(page, 'settings-passkeys');

  await desk.context.clearCookies();
  await page.goto('/settings');
  await page.waitForURL('**/sign-in**');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  await inspect(page, 'sign-in-passkey');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('rowheader', { name: 'Ann\u2019s laptop', exact: true }).waitFor();
  expect(await page.getByRole('cell', { name: 'never' }).count()).toBe(0);

  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('None yet.').waitFor();
  await desk.context.clearCookies();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('alert').waitFor();
  expect(faults).toEqual([]);
});
