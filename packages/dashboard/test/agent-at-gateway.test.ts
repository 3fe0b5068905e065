import { createServer } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenOnLoopback } from '../../server/test/support/oauth-http.ts';
import { bootOffice, expectOk, type Office, PASSWORD } from '../../server/test/support/people.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { AgentMemory, signingAgent } from '../../server/test/support/signing-agent.ts';
import { type Stub, startStub } from '../../server/test/support/stub.ts';
import { inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

let stub: Stub;
let office: Office;
let browser: Browser;

beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { files: { url: stub.url } } });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await office?.[Symbol.asyncDispose]();
  await stub?.[Symbol.asyncDispose]();
});

it('lets an official client in from its first refused request to its first call, by way of a browser in which nobody is signed in', {
  timeout: 120_000,
}, async () => {
  const { gateway } = office;
  const endpoint = `${gateway.url}/mcp-oauth/files/`;
  await using listener = await openListener();
  const memory = new AgentMemory(listener.url);
  await expect(signingAgent('client 2.x', endpoint, memory).connect()).rejects.toThrow();

  const { faults, page } = await openDesk(browser, gateway.url);
  await page.goto(String(memory.sentTo));
  await page.getByLabel('E-mail').fill(office.admin.email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Let an agent use files?' }).waitFor();
  await page.getByText('calls itself “Agent of the tests”').waitFor();
  await page.getByRole('radio', { name: /^A new grant/ }).check();
  await page.getByLabel('Policy', { exact: true }).selectOption('all');
  await inspect(page, 'an agent that asks at a gateway');
  await page.getByRole('button', { name: 'Let it in' }).click();
  await page.getByText('You may close this page.').waitFor();

  await signingAgent('client 2.x', endpoint, memory).finish(new URL(page.url()));
  const agent = signingAgent('client 2.x', endpoint, memory);
  await agent.connect();
  await agent.client.callTool({ name: 'pay', arguments: {} });
  await agent.client.close();
  expect(stub.calls()).toHaveLength(1);

  const { items } = expectOk(
    await office.admin.client.grants.list({ query: { state: 'active', text: 'files' } }),
  );
  const grant = items.find(({ name }) => name.startsWith('Agent of the tests'));
  expect(grant).toMatchObject({ policy: 'all', owner: office.admin.email, isTokenKept: false });
  await page.goto(`${gateway.url}/grants/${grant?.id}`);
  const section = page.getByRole('region', { name: 'Signed-in agents' });
  await section.getByText('“Agent of the tests” as it calls itself').waitFor();
  await section.getByRole('button', { name: 'End' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
  await section.getByText('None. Agents that sign in by themselves').waitFor();
  expect((await post(endpoint, memory.kept?.access_token, modernCall('pay'))).status).toBe(401);
  expect(faults).toEqual([]);
});

it('lets a member without a grant ask for one where their agent asks, and connect it once an admin has minted it', {
  timeout: 120_000,
}, async () => {
  const { gateway } = office;
  const member = await office.somebody('viewer');
  await using listener = await openListener();
  const memory = new AgentMemory(listener.url);
  const endpoint = `${gateway.url}/mcp-oauth/files/`;
  await expect(signingAgent('client 2.x', endpoint, memory).connect()).rejects.toThrow();
  const asking = await deskOf(browser, office, member);
  await asking.page.goto(String(memory.sentTo));
  await asking.page.getByText('You have no grant to give it.').waitFor();
  await asking.page.getByLabel('Why').fill('to pay what I owe');
  await inspect(asking.page, 'an agent whose person asks for access');
  await asking.page.getByRole('button', { name: 'Ask for access' }).click();
  await asking.page.getByText('Asked: an admin decides').waitFor();

  const deciding = await deskOf(browser, office, office.admin);
  await deciding.page.goto('/grants');
  await deciding.page.getByRole('link', { name: 'Grants 1 waiting' }).waitFor();
  await deciding.page.getByRole('link', { name: 'Access requests' }).click();
  await inspect(deciding.page, 'access requests');
  await waitingAt(deciding.page).click();
  await deciding.page.getByText('to pay what I owe').waitFor();
  const name = `${member.email}, files`;
  expect(await deciding.page.getByLabel('Name of the grant').inputValue()).toBe(name);
  await deciding.page.getByLabel('Policy', { exact: true }).selectOption('all');
  await deciding.page.getByLabel('Days').fill('0');
  await inspect(deciding.page, 'an access request');
  await deciding.page.getByLabel('Days').fill('7');
  await deciding.page.getByLabel('Note').fill('for a week');
  await deciding.page.getByRole('button', { name: 'Grant access' }).click();
  await deciding.page.getByRole('link', { name }).waitFor();
  expect(await deciding.page.getByRole('button', { name: 'Decline' }).count()).toBe(0);

  await asking.page.getByRole('button', { name: 'Check again' }).click();
  await asking.page.getByRole('radio', { name: new RegExp(`^${member.email}`) }).waitFor();
  await asking.page.getByRole('button', { name: 'Let it in' }).click();
  await asking.page.getByText('You may close this page.').waitFor();
  await signingAgent('client 2.x', endpoint, memory).finish(new URL(asking.page.url()));
  const before = stub.calls().length;
  expect((await post(endpoint, memory.kept?.access_token, modernCall('pay'))).status).toBe(200);
  expect(stub.calls()).toHaveLength(before + 1);

  await asking.page.goto(`${gateway.url}/access?server=files`);
  await expect.poll(() => asking.page.getByLabel('Server', { exact: true }).inputValue()).toBe('files');
  await asking.page.getByRole('cell', { name: 'granted' }).waitFor();
  await inspect(asking.page, 'access requests of a member');
  await asking.page.getByRole('button', { name: 'Ask for access' }).click();
  await waitingAt(asking.page).click();
  await inspect(asking.page, 'an access request of a member');
  await asking.page.getByRole('button', { name: 'Withdraw' }).click();
  await asking.page.getByRole('main').getByText('withdrawn').waitFor();
  for (const { context, faults } of [asking, deciding]) {
    expect(faults).toEqual([]);
    await context.close();
  }
});

const waitingAt = (page: Page) =>
  page.getByRole('region', { name: 'Requests that wait' }).getByRole('link', { name: 'files' });

/** Where the program waits for its person's browser. */
async function openListener() {
  const server = createServer((_, response) => response.end('You may close this page.'));
  const { close, origin } = await listenOnLoopback(server);
  return { url: `${origin}/callback`, [Symbol.asyncDispose]: close };
}
