import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, type Office } from '../../server/test/support/people.ts';
import { type Desk, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { MEMORY } from './support/servers.ts';

const OPEN = JSON.stringify({
  version: '1',
  default: 'deny',
  tools: { search_nodes: { limits: [{ counter: 'searches', window: 'hour', max: 5, scope: 'grant' }] } },
});
const CLOSED = JSON.stringify({
  version: '1',
  default: 'deny',
  tools: {
    search_nodes: {
      validate: { schema: true },
      deny_if: [
        {
          name: 'secret',
          conditions: [{ path: 'args.query', op: 'contains', value: 'secret', ignore_case: true }],
        },
      ],
      require: [
        { conditions: [{ path: 'grant.labels.team', op: 'eq', value: 'red' }], on_deny: 'for the red team' },
      ],
    },
  },
});

let office: Office;
let browser: Browser;
let desk: Desk;
let agent: Awaited<ReturnType<typeof connectAgent>>;

const search = (query: string) => agent.callTool({ name: 'search_nodes', arguments: { query } });

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { memory: MEMORY } });
  const { client } = office.admin;
  for (const [name, document] of Object.entries({ open: OPEN, closed: CLOSED }))
    await client.policies.create({ body: { name, document, server: 'memory' } });
  const minted = await client.grants.mint({
    body: { name: 'laptop', server: 'memory', policy: 'open', labels: { team: 'blue' } },
  });
  if (!minted.ok) throw new Error(minted.problem.title);
  agent = await connectAgent('sdk 1.x', office.test.endpoint('memory'), minted.body.token);
  browser = await openBrowser();
  desk = await deskOf(browser, office, office.admin);
});
afterAll(async () => {
  await agent?.close();
  await browser?.close();
  await office?.[Symbol.asyncDispose]();
});

async function openDecision(outcome: 'allow' | 'deny'): Promise<void> {
  const listed = await office.admin.client.decisions.list({ query: { outcome, target: 'search_nodes' } });
  if (!listed.ok) throw new Error(listed.problem.title);
  await desk.page.goto(`/log/${listed.body.items[0]?.id}`);
}

it('a call of the log is tried against another policy, which is changed as one looks', async () => {
  const { faults, page } = desk;
  expect((await search('anything')).isError).not.toBe(true);
  await openDecision('allow');
  await page.getByText('none refuses the call').waitFor();
  await page.getByRole('link', { name: 'Try this call against another policy' }).click();
  const decision = page.getByRole('status', { name: 'Decision' });
  await page.getByText('would count 1 of at most 5 in any hour').waitFor();
  await page.getByLabel('Policy', { exact: true }).selectOption('closed');
  await decision.getByText("input schema: must have required property 'query'").waitFor();
  await page.getByLabel('query *').fill('my Secret');
  await decision.getByText('Refusal for search_nodes decides').waitFor();
  await page.getByLabel('query *').fill('harmless');
  await decision.getByText('for the red team').waitFor();
  // The label of the grant that called came along.
  const team = page.getByLabel('Label team of the grant');
  expect(await team.inputValue()).toBe('blue');
  await team.fill('red');
  await decision.getByText('A call of search_nodes goes through').waitFor();
  await inspect(page, 'try-it');

  await page.getByRole('button', { name: 'Change the document' }).click();
  const tried = 'Document to try';
  await pasteDocument(
    page,
    '{"version":"1","default":"deny","tools":{"search_nodes":{"action":"alow"}}}',
    tried,
  );
  await page.getByText('is not a valid policy yet').waitFor();
  await page.locator('.cm-lintRange-error').hover();
  await page.getByText('expected "allow" or "deny"').waitFor();
  await inspect(page, 'json-editor');
  await pasteDocument(page, '{"version":"1","default":"allow","hide":["search_*"]}', tried);
  await decision.getByText('The agent does not see a tool search_nodes').waitFor();
  expect(faults).toEqual([]);
});

it('keeps what is tried where a later look at the policy fails', async () => {
  const { page } = desk;
  expect((await search('anything')).isError).not.toBe(true);
  await openDecision('allow');
  await page.getByRole('link', { name: 'Try this call against another policy' }).click();
  await page.getByLabel('Policy', { exact: true }).selectOption('closed');
  await page.getByRole('button', { name: 'Change the document' }).click();
  await pasteDocument(page, '{"version":"1","default":"allow","hide":["search_*"]}', 'Document to try');
  const hidden = page.getByText('The agent does not see a tool search_nodes');
  await hidden.waitFor();
  await page.route('**/api/v1/**', (route) => route.fulfill({ status: 502, body: '<html>' }));
  // What was read is old by now, and looked at again.
  await page.clock.setSystemTime(Date.now() + 60_000);
  await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
  await page.getByRole('alert').filter({ hasText: 'found another with status 502' }).first().waitFor();
  await hidden.waitFor();
  await page.unroute('**/api/v1/**');
});

it('a rule that is made from a call is in force once the policy is saved', async () => {
  const { faults, page } = desk;
  await openDecision('allow');
  await page.getByRole('link', { name: 'Make a rule from this' }).click();
  await page.getByText('never their values').waitFor();
  await page.getByLabel('Comparison').selectOption('contains');
  await page.getByLabel('Value').fill('payroll');
  await page.getByLabel('query *').fill('the payroll of May');
  await page
    .getByRole('status', { name: 'Decision' })
    .getByText('A call of search_nodes is refused.')
    .waitFor();
  await inspect(page, 'make-a-rule');
  await page.getByRole('link', { name: 'Open open with this rule' }).click();
  await page.getByRole('button', { name: 'Save as a new version' }).click();
  await page.getByText('Nothing is let through that was not before').waitFor();

  expect((await search('anything')).isError).not.toBe(true);
  expect((await search('the payroll of May')).isError).toBe(true);
  await openDecision('deny');
  await page.getByRole('heading', { name: 'Why was this refused?' }).waitFor();
  await page.getByText('args.query contains what the rule names: yes (it is a string)').waitFor();
  expect(faults).toEqual([]);
});
