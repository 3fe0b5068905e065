import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { type Stub, startStub } from '../../server/test/support/stub.ts';
import { fieldOf, inspect, openBrowser } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { HOSTILE, MEMORY } from './support/servers.ts';

const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

let office: Office;
let browser: Browser;
let stub: Stub;

beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay_invoice' }] });
  office = await bootOffice(
    { dashboard: DASHBOARD },
    { mcpServers: { memory: MEMORY }, policies: { all: { version: '1', default: 'allow' } } },
  );
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

it('adds a server by its address, replaces what it is presented, moves and removes it', {
  timeout: 120_000,
}, async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers');
  await page.getByRole('link', { name: 'Add a server' }).click();
  await fieldOf(page, 'Address').fill(stub.url);
  await fieldOf(page, 'Name').fill('payments');
  await page.getByRole('button', { name: 'Add a header' }).click();
  await page.getByLabel('Value of Authorization').fill(`Bearer ${SECRET}`);
  await page.getByRole('button', { name: 'Add the server' }).click();
  await page.getByText('It answers').waitFor();
  await page.getByRole('rowheader', { name: 'pay_invoice', exact: true }).waitFor();
  expect(stub.received.at(-1)?.headers['authorization']).toBe(`Bearer ${SECRET}`);
  await inspect(page, 'server');
  expect(await page.content()).not.toContain(SECRET);

  const before = await page
    .getByRole('row', { name: /Authorization/ })
    .locator('code')
    .innerText();
  await page.getByRole('button', { name: 'Replace headers' }).click();
  await page.getByLabel('Value of Authorization').fill('Bearer another');
  await page.getByRole('button', { name: 'Replace them' }).click();
  const now = page.getByRole('row', { name: /Authorization/ }).locator('code');
  await expect.poll(() => now.innerText()).not.toBe(before);

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByLabel('Address').fill('http://127.0.0.1:9/mcp');
  await page.getByLabel('Results that break the schema of the tool').selectOption('block');
  await page.getByLabel('Requests with what looks like a secret').selectOption('are refused');
  await page.getByLabel('Answers with what looks like a secret').selectOption('are passed on without it');
  await page.getByLabel('Revision').selectOption('one with a handshake');
  await inspect(page, 'edit a server');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByLabel('Value of Authorization').fill('Bearer third');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('http://127.0.0.1:9/mcp', { exact: true }).waitFor();
  for (const text of ['are kept from the agent', 'are refused', 'are passed on without it'])
    await page.getByText(text, { exact: true }).waitFor();
  await page.getByText('legacy', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Probe' }).click();
  await page.getByText('It cannot be reached').waitFor();
  const why = page.getByText('it is disabled in its settings');
  for (const [service, state] of [
    ['disabled: all agents are refused, and nothing else changes', 'visible'],
    ['agents reach it as their grants and policies say', 'detached'],
  ] as const) {
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Service').selectOption(service);
    await page.getByRole('button', { name: 'Save' }).click();
    await why.waitFor({ state });
  }

  const { grants } = office.admin.client;
  const minted = expectOk(await grants.mint({ body: { name: 'payer', server: 'payments', policy: 'all' } }));
  await page.reload();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('A grant opens it').waitFor();
  await inspect(page, 'remove a server that a grant opens');
  expect(await page.getByRole('button', { name: 'Remove the server' }).count()).toBe(0);
  expectOk(await grants.revoke({ params: { grant: minted.id } }));
  await page.reload();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove the server' }).click();
  await page.waitForURL('**/servers');
  await expect.poll(() => page.getByRole('link', { name: 'payments' }).count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});

it('gives a server a title, by which people find it, beside the name that agents use', async () => {
  const { client } = office.admin;
  expectOk(await client.servers.create({ body: { slug: 'ledger-prod-eu-1', url: stub.url } }));
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers/ledger-prod-eu-1');
  await page.getByRole('button', { name: 'Edit' }).click();
  await fieldOf(page, 'Title').fill('Ledger of the European branches, production');
  await inspect(page, 'edit the title of a server');
  await page.getByRole('button', { name: 'Save' }).click();
  const heading = { name: 'Ledger of the European branches, production', level: 1 } as const;
  await page.getByRole('heading', heading).waitFor();
  await page.getByText('ledger-prod-eu-1', { exact: true }).first().waitFor();
  await inspect(page, 'server with a title');
  await page.goto('/servers');
  const row = page.getByRole('row', { name: heading.name });
  await row.getByText('ledger-prod-eu-1', { exact: true }).waitFor();
  await inspect(page, 'servers with titles');
  await page.goto('/grants');
  await page.getByRole('button', { name: 'Mint a grant' }).first().click();
  const chosen = page.getByRole('dialog').getByLabel('Server');
  await chosen.selectOption(`${heading.name} (ledger-prod-eu-1)`);
  expect(await chosen.inputValue()).toBe('ledger-prod-eu-1');
  await inspect(page, 'server with a title to choose');
  await page.goto('/servers/ledger-prod-eu-1');
  await page.getByRole('button', { name: 'Edit' }).click();
  await fieldOf(page, 'Title').fill(' ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'ledger-prod-eu-1', level: 1 }).waitFor();
  expect(expectOk(await client.servers.show({ params: { server: 'ledger-prod-eu-1' } }))).not.toHaveProperty(
    'title',
  );
  expect(faults).toEqual([]);
  await context.close();
});

it('reads a pasted configuration without its secrets, and adds what is wanted of it with them', async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  const mcpServers = {
    memory: MEMORY,
    'web search': {
      url: `${stub.url}?key=${SECRET}`,
      headers: { 'X-Key': '${SEARCH_KEY}', 'X-Other': SECRET },
    },
  };
  await page.goto('/new-server?way=configuration');
  await page.getByLabel('Configuration of a client').fill(JSON.stringify({ mcpServers }));
  await page.getByRole('button', { name: 'Read it' }).click();
  await page.getByText('holds a secret').waitFor();
  const preview = page.getByRole('list', { name: 'Servers of the configuration' });
  expect(await preview.innerHTML()).not.toContain(SECRET);
  await inspect(page, 'pasted configuration');
  await preview.getByLabel('memory', { exact: true }).uncheck();
  await page.getByLabel('Value of X-Key').fill('given');
  await page.getByRole('button', { name: 'Add the server' }).click();
  await page.getByText('It answers').waitFor();
  expect(stub.received.at(-1)?.headers).toMatchObject({ 'x-key': 'given', 'x-other': SECRET });
  expect(faults).toEqual([]);
  await context.close();
});

it('adds a server of the catalogue with the command that it was scanned by', async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/new-server?way=catalogue');
  await page.getByLabel('Search the catalogue').fill('accesslint');
  await page.getByRole('button', { name: 'Choose accesslint' }).click();
  await expect.poll(() => fieldOf(page, 'Command').inputValue()).toMatch(/^npx -y @accesslint\/mcp@\d/);
  expect(faults).toEqual([]);
  await context.close();
});

it('shows in the stack what is uncovered first, also of a server whose every text is an attack', {
  timeout: 120_000,
}, async () => {
  const { client } = office.admin;
  expectOk(await client.servers.create({ body: { slug: 'hostile', ...HOSTILE } }));
  expectOk(await client.servers.probe({ params: { server: 'hostile' } }));
  const body = { name: 'trusting', server: 'hostile', policy: 'all' };
  const { token } = expectOk(await client.grants.mint({ body }));
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/stack');
  const uncovered = page.getByRole('region', { name: 'Uncovered tools, worst first' });
  await uncovered.getByRole('rowheader', { name: 'delete_everything', exact: true }).waitFor();
  await page
    .getByText(/^Grade /)
    .first()
    .waitFor();
  await inspect(page, 'stack');
  const agent = await connectAgent('sdk 1.x', office.test.endpoint('hostile'), token);
  await agent.callTool({ name: 'delete_everything', arguments: {} });
  await agent.close();
  await page.goto('/servers/hostile');
  await page.getByRole('rowheader', { name: 'delete_everything', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Look at delete_everything' }).click();
  const definition = await page.getByRole('region', { name: 'Definition' }).innerText();
  // What turns the rest of a line around is told from what it turns around.
  expect(definition).toContain('\\u202egnp.exe');
  expect(definition).not.toContain('\u202e');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Connect', exact: true }).click();
  await page.getByText('The first call has arrived').waitFor();
  await inspect(page, 'connect');
  expect(await page.evaluate('window.attacked')).toBeUndefined();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(faults).toEqual([]);
  await context.close();
});

it('restarts a program, whoever declared it', async () => {
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/servers/memory');
  await page.getByRole('button', { name: 'Restart' }).click();
  const dialog = page.getByRole('dialog', { name: 'Restart memory?' });
  await dialog.getByText('Its program ends and starts anew').waitFor();
  await inspect(page, 'restart a server');
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await page.getByText('It answers').waitFor();
  const { items } = expectOk(await office.admin.client.audit.list({ query: { action: 'server.restarted' } }));
  expect(items.map(({ target }) => target?.name)).toEqual(['memory']);
  expect(faults).toEqual([]);
  await context.close();
});

it('shows a viewer nothing that they may not do', async () => {
  const { context, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/servers/memory');
  await page.getByRole('link', { name: 'Connect a client' }).waitFor();
  for (const name of ['Probe', 'Restart', 'Edit', 'Remove', /^Replace/, /^Add/])
    expect(await page.getByRole('button', { name }).count(), String(name)).toBe(0);
  await page.getByRole('link', { name: 'Connect a client' }).click();
  await page.getByText('An admin can show the token').or(page.getByText('shown once')).waitFor();
  expect(await page.getByRole('button', { name: 'Show the token' }).count()).toBe(0);
  for (const [path, said] of [
    ['/new-server', 'Admins add servers'],
    ['/start', 'An admin has to do this'],
  ] as const) {
    await page.goto(path);
    await page.getByText(said).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  }
  await page.goto('/servers');
  await page.getByRole('link', { name: 'memory' }).waitFor();
  expect(await page.getByRole('link', { name: 'Add a server' }).count()).toBe(0);
  await context.close();
});
