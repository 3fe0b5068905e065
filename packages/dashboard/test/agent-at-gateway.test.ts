import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenOnLoopback } from '../../server/test/support/oauth-http.ts';
import { bootOffice, expectOk, type Office, PASSWORD } from '../../server/test/support/people.ts';
import { modernCall, post } from '../../server/test/support/rpc.ts';
import { AgentMemory, signingAgent } from '../../server/test/support/signing-agent.ts';
import { type Stub, startStub } from '../../server/test/support/stub.ts';
import { inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';

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

/** Where the program waits for its person's browser. */
async function openListener() {
  const server = createServer((_, response) => response.end('You may close this page.'));
  const { close, origin } = await listenOnLoopback(server);
  return { url: `${origin}/callback`, [Symbol.asyncDispose]: close };
}
