import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Desk, inspect } from './support/browser.ts';
import { deskWithoutGateway } from './support/without-gateway.ts';

let world: Awaited<ReturnType<typeof deskWithoutGateway>>;
let desk: Desk;

beforeAll(async () => {
  world = await deskWithoutGateway('/agent-sign-in/cursor');
  ({ desk } = world);
});
afterAll(() => world?.[Symbol.asyncDispose]());
/** Each begins in a world that is as it was made. */
beforeEach(async () => {
  await desk.page.goto('/grants');
  await desk.page.getByRole('heading', { level: 1, name: 'Grants' }).waitFor();
});

/** Goes on in the same world, which ends with its page. */
const turnTo = (page: Page, path: string) => page.evaluate(`history.pushState({}, '', '${path}')`);
/** What the page answers after the next change of that kind, in place of the world. */
async function answerOnce(page: Page, path: string, code: string): Promise<void> {
  await page.evaluate(`{
    const before = fetch;
    window.fetch = (input, init) => {
      if (!new Request(input, init).url.endsWith('${path}')) return before(input, init);
      window.fetch = before;
      const problem = { type: 'about:blank', title: 'in the test', status: 409, code: '${code}' };
      const headers = { 'content-type': 'application/problem+json' };
      return Promise.resolve(Response.json(problem, { status: 409, headers }));
    };
  }`);
}

it('says which program asks for what, and lets it in with the grant that is chosen', async () => {
  const { faults, page } = desk;
  await turnTo(page, '/agent-sign-in/claude-code');
  await page.getByRole('heading', { level: 1, name: 'Let an agent use comfyui?' }).waitFor();
  await page.getByText('calls itself “Claude Code”').waitFor();
  await page.getByText('a program on this machine, http://127.0.0.1:54545').waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
  // Two grants and a new one: nobody chose yet, and the browser says so.
  const choice = page.getByRole('group', { name: 'With which grant?' });
  expect(await choice.getByRole('radio', { checked: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Let it in' }).click();
  expect(await page.getByRole('heading', { level: 1, name: 'Let an agent use' }).count()).toBe(1);
  await choice.getByRole('radio', { name: /^visitor/ }).check();
  await inspect(page, 'agent that asks');
  await page.getByRole('button', { name: 'Let it in' }).click();
  await page.waitForURL('**/grants');
  expect(faults).toEqual([]);
});

it('mints a grant for the agent, and not a second one when the consent fails', async () => {
  const { faults, page } = desk;
  await turnTo(page, '/agent-sign-in/chatgpt');
  await page.getByText('It runs on a different machine').waitFor();
  await page.getByText('chatgpt.com vouches for that').waitFor();
  await page.getByRole('radio', { name: /^A new grant/ }).check();
  expect(await page.getByLabel('Name').inputValue()).toBe('ChatGPT, kubernetes');
  // A policy of another server would decide nothing here.
  expect(await page.getByLabel('Policy', { exact: true }).innerText()).not.toContain('pictures-by-day');
  await page.getByLabel('Policy', { exact: true }).selectOption('kubernetes-recommended');
  await inspect(page, 'agent that gets a new grant');
  await answerOnce(page, '/consent', 'unavailable');
  await page.getByRole('button', { name: 'Let it in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('radio', { name: /^ChatGPT, kubernetes/, checked: true }).waitFor();
  expect(await page.getByRole('radio', { name: /^A new grant/ }).count()).toBe(0);
  const minted = await page.evaluate(`fetch('/api/v1/grants').then((all) => all.json())`);
  const names = (minted as { items: { name: string }[] }).items.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('ChatGPT'))).toHaveLength(1);
  await page.getByRole('button', { name: 'Let it in' }).click();
  await page.waitForURL('**/grants');
  expect(faults).toEqual([]);
});

it('shows as text what an agent says of itself, and names a new grant by what of it can be read', async () => {
  const { faults, page } = desk;
  await turnTo(page, '/agent-sign-in/hostile');
  await page.getByText('calls itself “Claude\\u202e edoC <img').waitFor();
  await page.getByText('Nobody vouches for that').waitFor();
  // The picture of the page alone, and no link at all.
  expect([await page.locator('img').count(), await page.getByRole('link').count()]).toEqual([1, 0]);
  await page.getByRole('radio', { name: /^A new grant/ }).check();
  expect(await page.getByLabel('Name').inputValue()).toMatch(/^Claude edoC .{1,90}, comfyui$/);
  await inspect(page, 'agent that is up to something');
  await page.getByRole('button', { name: 'Refuse it' }).click();
  await page.waitForURL('**/grants');
  expect(faults).toEqual([]);
});

it('says what to do where nothing can be given, where the grant is not offered any more, and where it is over', async () => {
  const { faults, page } = desk;
  await turnTo(page, '/agent-sign-in/cursor');
  await page.getByText('an app on this machine, cursor:').waitFor();
  await page.getByText('You have no grant to give it.').waitFor();
  expect(await page.getByRole('button', { name: 'Let it in' }).count()).toBe(0);
  await inspect(page, 'agent for which there is no grant');

  await turnTo(page, '/agent-sign-in/claude-code');
  await page.getByRole('radio', { name: /^studio laptop/ }).check();
  await page.evaluate(`fetch('/api/v1/grants/grant-studio/pause', { method: 'POST' })`);
  await page.getByRole('button', { name: 'Let it in' }).click();
  await page.getByText('choose another one').waitFor();
  expect(await page.getByRole('radio', { name: /^studio laptop/ }).count()).toBe(0);

  await answerOnce(page, '/refuse', 'sign_on_stale');
  await page.getByRole('button', { name: 'Refuse it' }).click();
  await page.getByRole('heading', { level: 1, name: 'This request is over' }).waitFor();
  await turnTo(page, '/agent-sign-in/nobody');
  await page.getByText('Start again in your agent').waitFor();
  await inspect(page, 'agent whose request is over');
  expect(faults).toEqual([]);
});

it('comes back to the question once somebody has signed in', async () => {
  const { faults, page } = desk;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  await turnTo(page, '/agent-sign-in/claude-code');
  await page.waitForURL('**/sign-in?next=%2Fagent-sign-in%2Fclaude-code');
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await page.getByLabel('Password', { exact: true }).fill('any password at all');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('calls itself “Claude Code”').waitFor();
  expect(faults).toEqual([]);
});

it('shows on the page of a grant who works with it, and ends one of them', async () => {
  const { faults, page } = desk;
  await page.getByRole('link', { name: 'studio laptop' }).click();
  const section = page.getByRole('region', { name: 'Signed-in agents' });
  await section.getByText('“VS Code” as it calls itself').waitFor();
  await page.getByText('admins only').waitFor();
  await inspect(page, 'grant with an agent that signed in');
  await section.getByRole('button', { name: 'End' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
  await section.getByText('None. Agents that sign in by themselves').waitFor();
  expect(faults).toEqual([]);
});

it('mints a grant whose owner may sign agents in, and changes that', async () => {
  const { faults, page } = desk;
  await page.getByRole('button', { name: 'Mint a grant' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('of Ann');
  await dialog.getByLabel('Server').selectOption('comfyui');
  await dialog.getByLabel('Its owner may sign agents in with it').check();
  await dialog.getByRole('button', { name: 'Mint' }).click();
  await dialog.getByRole('button', { name: 'Copy Header with the token' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'of Ann' }).click();
  await page.getByText('its owner, or an admin').waitFor();
  await page.getByRole('button', { name: 'Change' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('of Ann still');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'of Ann still' }).waitFor();
  // What nobody touched stays.
  await page.getByText('its owner, or an admin').waitFor();
  await page.getByRole('button', { name: 'Change' }).click();
  await dialog.getByLabel('Its owner may sign agents in with it').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('admins only').waitFor();
  expect(faults).toEqual([]);
});

it('says how a client is connected that signs in by itself, which some can only be so', async () => {
  const { faults, page } = desk;
  const address = `${new URL(page.url()).origin}/mcp-oauth/comfyui/`;
  await turnTo(page, '/servers/comfyui/connect');
  await page.getByRole('radio', { name: 'It signs in by itself' }).check();
  await page.getByText(`claude mcp add --transport http comfyui ${address} --scope user`).waitFor();
  await page.getByText('claude mcp login comfyui').waitFor();
  await page.getByText('On all machines of an organisation').click();
  await page.getByText('Everybody gets these servers, and no others').waitFor();
  await inspect(page, 'connecting a client that signs in');
  expect(await page.content()).not.toContain('Bearer');
  await page.getByRole('radio', { name: 'ChatGPT' }).check();
  await page.getByText('Its calls come from OpenAI').waitFor();
  await page.getByText(address, { exact: true }).waitFor();
  expect(await page.getByRole('radio', { name: 'With the token' }).count()).toBe(0);
  await inspect(page, 'connecting a client without a header');
  await page.getByRole('radio', { name: 'Cline' }).check();
  await page.getByLabel('It runs on').waitFor();
  expect(await page.getByRole('radio', { name: 'It signs in by itself' }).count()).toBe(0);
  await page.getByRole('radio', { name: 'Another one' }).check();
  await page.getByRole('radio', { name: 'With the token' }).check();
  await page.getByText('The Authorization header').waitFor();
  expect(faults).toEqual([]);
});
