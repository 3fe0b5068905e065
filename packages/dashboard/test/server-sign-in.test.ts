import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type AuthorizationServer,
  startAuthorizationServer,
} from '../../server/test/support/authorization-server.ts';
import { registered } from '../../server/test/support/connecting.ts';
import { bootOffice, type Office } from '../../server/test/support/people.ts';
import { type ProtectedServer, startProtectedServer } from '../../server/test/support/protected-server.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

let office: Office;
let browser: Browser;
let issuer: AuthorizationServer;
let server: ProtectedServer;
let token: string;

beforeAll(async () => {
  issuer = await startAuthorizationServer();
  server = await startProtectedServer(issuer);
  office = await bootOffice(
    { dashboard: DASHBOARD },
    {
      policies: { all: { version: '1', default: 'allow' } },
      mcpServers: {
        filed: { url: server.url },
        keyed: { url: server.url, headers: { authorization: 'Bearer of-the-file' } },
      },
    },
  );
  token = await registered(office, 'pay', { url: server.url });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

it('connects the gateway with a server, by way of its authorization server, and disconnects it', {
  timeout: 120_000,
}, async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers/pay');
  await page.getByRole('button', { name: 'Probe' }).click();
  await page.getByText('The server wants a sign-in').waitFor();

  issuer.metadata = { registration_endpoint: undefined };
  issuer.clients.set('ours', 'a-secret');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Client id').fill('ours');
  await inspect(page, 'the client of the gateway');
  await page.getByRole('dialog').getByLabel('Client secret').fill('a-secret');
  await page.getByRole('dialog').getByRole('button', { name: 'Connect' }).click();
  await page.getByText('The gateway is signed in').waitFor();
  await page.getByText('then renewed by itself').waitFor();
  await inspect(page, 'a server that is signed in at');

  await page.getByRole('button', { name: 'Probe' }).click();
  await page.getByText('It answers').waitFor();
  issuer.returned = { error: 'access_denied', error_description: 'words of another', code: undefined };
  await page.getByRole('button', { name: 'Connect again' }).click();
  await page.getByText('did not let the gateway in').waitFor();
  expect(await page.content()).not.toContain('words of another');

  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await page.getByText('If the server wants OAuth, connect it here once').waitFor();
  expect(issuer.refreshTokens.size).toBe(0);
  // The browser notes that connecting was first refused for want of a client, which is told in the dialog.
  expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  await context.close();
});

it('says what the server misses, and asks for it with the next sign-in', { timeout: 120_000 }, async () => {
  issuer.metadata = {};
  issuer.returned = {};
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers/pay');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('The gateway is signed in').waitFor();
  server.needs = ['pay', 'refund'];
  await post(office.test.endpoint('pay'), token, modernCall('pay'));
  await page.goto('/servers/pay');
  await page.getByText('for which the gateway lacks').waitFor();
  expect(await page.getByText('for which the gateway lacks').textContent()).toContain('refund');
  await inspect(page, 'a server that misses scopes');
  await page.getByRole('button', { name: 'Connect again' }).click();
  await page.getByText('The gateway is signed in').waitFor();
  expect(await page.getByText('for which the gateway lacks').count()).toBe(0);
  expect(issuer.to('/authorize').at(-1)?.form['scope']).toBe('pay refund');
  server.needs = ['never'];
  server.lack = 'Bearer error="insufficient_scope"';
  await post(office.test.endpoint('pay'), token, modernCall('pay'));
  await page.goto('/servers/pay');
  await page.getByText('does not say what is missing').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('connects a server of the configuration file, unless that presents something itself', {
  timeout: 120_000,
}, async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers/filed');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('The gateway is signed in').waitFor();
  await page.goto('/servers/keyed');
  await page.getByRole('heading', { name: 'Credentials' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Sign-in' }).count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});
