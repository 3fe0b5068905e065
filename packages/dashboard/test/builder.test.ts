import { join } from 'node:path';
import { parsePolicy, printPolicy } from '@boomgate/engine';
import { engineFunctions } from '@boomgate/server';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectAgent } from '../../server/test/support/clients.ts';
import { bootOffice, expectOk, type Office } from '../../server/test/support/people.ts';
import { copyDocument, type Desk, inspect, openBrowser, pasteDocument } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

const SHOP = { command: process.execPath, args: [join(import.meta.dirname, 'support/shop-server.ts')] };

/** Each kind of thing that the language has. */
const WANTED = `{
  "version": "1",
  "default": "deny",
  "hide": ["delete_*"],
  "all_tools": {
    "limits": [{ "counter": "all_calls", "window": "minute", "max": 60, "scope": "grant" }]
  },
  "tools": {
    "list_customers": {},
    "create_refund": {
      "validate": { "schema": true },
      "deny_if": [
        {
          "conditions": [
            { "path": "args.amount", "op": "gt", "value": 10000 },
            {
              "any": [
                { "path": "args.currency", "op": "eq", "value": "USD" },
                { "not": { "path": "args.reason", "op": "regex", "value": "^order [0-9]+$" } }
              ]
            }
          ],
          "on_deny": "Too much"
        }
      ],
      "require": [{ "conditions": [{ "path": "args.to[*]", "op": "ends_with", "value": "@acme.example" }] }],
      "require_approval_if": [{ "conditions": [{ "path": "args.amount", "op": "gt", "value": 5000 }] }],
      "approval": { "timeout": "2h", "approvers": ["admin"] },
      "limits": [
        {
          "counter": "refunded",
          "window": "day",
          "max": 100000,
          "scope": ["grant", "args.currency"],
          "increment_from": "args.amount"
        }
      ]
    }
  }
}
`;

/** The canonical form, when it reads as a policy. */
function canonical(text: string): string {
  const read = parsePolicy(text, engineFunctions);
  return read.ok ? printPolicy(read.policy) : text;
}
const CANONICAL = canonical(WANTED);

/** Milliseconds: a browser does a hundred things in each of these tests, and looks at pages four times. */
const SLOW_MS = 120_000;

let office: Office;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD }, { mcpServers: { shop: SHOP, branch: SHOP } });
  // The gateway asks the server for its tools when an agent first comes.
  const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('shop'), office.test.token);
  await agent.listTools();
  await agent.close();
  expectOk(await office.admin.client.servers.probe({ params: { server: 'branch' } }));
  browser = await openBrowser();
  desk = await deskOf(browser, office, office.admin);
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

const go = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Parts of the policy' }).getByRole('button', { name }).click();
const middle = (page: Page) => page.getByRole('region', { name: 'The chosen part' });
const press = (within: Locator, name: string) => within.getByRole('button', { name, exact: true }).click();
const view = (page: Page, name: 'Visual' | 'JSON') => page.getByRole('radio', { name }).check();

/** The text, in the canonical form, as who copies it out of the other view has it. */
async function written(page: Page): Promise<string> {
  const text = await copyDocument(page);
  await view(page, 'Visual');
  return canonical(text);
}

type Said = { readonly path: string; readonly op: string; readonly value: string; readonly isListed?: true };

/** Fills the comparison that a box holds; the values of an enum are listed. */
async function say(box: Locator, { isListed, op, path, value }: Said): Promise<void> {
  await box.getByLabel('What to compare', { exact: true }).selectOption(path);
  await box.getByLabel('How to compare').selectOption({ label: op });
  const field = box.getByLabel('Value', { exact: true });
  await (isListed ? field.selectOption({ label: value }) : field.fill(value));
}

it(
  'a policy that is built by hand is the document that was wanted',
  async () => {
    const { faults, page } = desk;
    await page.goto('/new-policy?server=shop');
    await page.getByLabel('Name', { exact: true }).fill('refunds');
    const part = middle(page);

    await page.getByLabel('Another tool, or a pattern').fill('delete_*');
    await page.getByRole('button', { name: 'Go to it' }).click();
    await part.getByRole('radio', { name: 'Hide' }).check();

    await go(page, 'All tools');
    await press(part, 'Add a limit');
    await part.getByLabel('At most', { exact: true }).fill('60');
    await part.getByText('60 calls in any minute, per grant').waitFor();

    await go(page, 'list_customers');
    await part.getByRole('radio', { name: 'Allow' }).check();

    await go(page, 'create_refund');
    await part.getByRole('radio', { name: 'Custom' }).check();
    await part.getByLabel("They match the tool's schema").check();
    await buildRefusal(part);
    await buildOthers(part);
    await part.getByText('adding up to at most 100000 in any day, per grant and value of').waitFor();
    await inspect(page, 'builder custom');
    expect(await written(page)).toBe(CANONICAL);
    await page
      .getByText('✓ This is a valid policy')
      .or(page.getByRole('list', { name: 'Problems' }))
      .waitFor();
    expect(faults).toEqual([]);
  },
  SLOW_MS,
);

async function buildRefusal(part: Locator): Promise<void> {
  await press(part, 'Add a refusal');
  const rule = part.getByRole('region', { name: 'Refuse if' }).getByRole('listitem');
  await press(rule, 'Add a condition');
  await say(rule, { path: 'args.amount', op: 'is greater than', value: '10000' });
  await press(rule, 'Add a group');
  const group = rule.getByRole('group', { name: 'Group 2' });
  await say(group, { path: 'args.currency', op: 'is', value: 'USD', isListed: true });
  await group.getByRole('button', { name: 'Add a condition' }).click();
  await group.getByRole('button', { name: 'Negate condition 2' }).click();
  await say(group.getByRole('group', { name: 'It is not true that' }), {
    path: 'args.reason',
    op: 'matches the expression',
    value: '^order [0-9]+$',
  });
  await rule.getByLabel('Message of the rule').fill('Too much');
  await rule.getByText('refuse if').waitFor();
}

async function buildOthers(part: Locator): Promise<void> {
  await press(part, 'Add a requirement');
  const required = part.getByRole('region', { name: 'Require that' }).getByRole('listitem');
  await press(required, 'Add a condition');
  await say(required, { path: 'args.to[*]', op: 'ends with', value: '@acme.example' });
  await press(part, 'Add a question');
  const asked = part.getByRole('region', { name: 'Ask a person if' }).getByRole('listitem');
  await press(asked, 'Add a condition');
  await say(asked, { path: 'args.amount', op: 'is greater than', value: '5000' });
  const approval = part.getByRole('region', { name: 'Approval' });
  await approval.getByLabel('Waits at most, unit').selectOption('hours');
  await approval.getByLabel('Waits at most', { exact: true }).last().fill('2');
  await press(approval, 'Name approvers');
  await approval.getByLabel('Who may approve, 1', { exact: true }).fill('admin');
  await press(part, 'Add a limit');
  const limit = part.getByRole('region', { name: 'Limits' }).getByRole('listitem');
  await limit.getByLabel('What is counted').selectOption('the sum of an argument');
  await limit.getByLabel('At most', { exact: true }).fill('100000');
  await limit.getByLabel('Within', { exact: true }).selectOption('a day');
  await press(limit, 'Value of an argument');
  await limit.getByLabel('Value of', { exact: true }).selectOption('args.currency');
  await limit.getByText('More settings').click();
  await limit.getByLabel('Name of the counter').fill('refunded');
}

it(
  'one that is pasted reads the same in both views, and one step back is one',
  async () => {
    const { faults, page } = desk;
    await page.goto('/new-policy?server=shop&view=json');
    await pasteDocument(page, WANTED);
    await view(page, 'Visual');
    await go(page, 'create_refund');
    await middle(page)
      .getByText('and it is not true that')
      .or(middle(page).getByText('it is not true that'))
      .first()
      .waitFor();
    expect(await written(page)).toBe(CANONICAL);

    await page.getByRole('button', { name: 'Set a class' }).click();
    await page.getByLabel('Class', { exact: true }).selectOption('Read');
    await page.getByRole('dialog').getByRole('radio', { name: 'Ask a person' }).check();
    await inspect(page, 'builder class');
    await page.getByRole('button', { name: 'Set them' }).click();
    const asked = await written(page);
    for (const tool of ['list_customers', 'get_order'])
      expect(asked).toContain(`"${tool}": { "action": "require_approval" }`);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await written(page)).toBe(CANONICAL);
    await page
      .getByRole('navigation', { name: 'Parts of the policy' })
      .getByRole('button', { name: 'list_customers' })
      .focus();
    await page.keyboard.press('Control+Shift+z');
    expect(await written(page)).toBe(asked);
    expect(faults).toEqual([]);
  },
  SLOW_MS,
);

it(
  'one for any server is built of the tools of all, and each can be tried',
  async () => {
    const { faults, page } = desk;
    const looked = () => middle(page).getByLabel('What to compare', { exact: true });
    const offeredAt = async (list: string) => {
      await press(middle(page), list);
      await press(middle(page), 'Add a condition');
      return (await looked().locator('optgroup[label="Arguments"] option').allInnerTexts()).sort();
    };
    await page.goto('/new-policy');
    await page
      .getByRole('button', { name: /create_refund.*of shop, branch/ })
      .or(page.getByRole('button', { name: /create_refund.*of branch, shop/ }))
      .click();
    await middle(page).getByRole('radio', { name: 'Custom' }).check();
    expect(await offeredAt('Add a refusal')).toEqual([
      'amount (integer)',
      'currency (string)',
      'reason (string)',
      'to (array)',
      'to[*] (string)',
    ]);
    await looked().selectOption('args.currency');
    await middle(page).getByLabel('Value', { exact: true }).selectOption({ label: 'USD' });

    // What is about several tools offers the arguments of each.
    await page.getByLabel('Another tool, or a pattern').fill('*_customer*');
    await page.getByRole('button', { name: 'Go to it' }).click();
    await middle(page).getByRole('radio', { name: 'Custom' }).check();
    expect(await offeredAt('Add a refusal')).toEqual([
      'city (string) of list_customers',
      'id (integer) of delete_customer',
    ]);
    await go(page, 'All tools');
    expect(await offeredAt('Add a refusal')).toContain('id (integer) of delete_customer, get_order');
    await inspect(page, 'builder any server');

    await go(page, 'create_refund');
    const trying = page.getByRole('region', { name: 'Try it' });
    await press(trying, 'Open Try it');
    await trying.getByLabel('currency').selectOption('USD');
    await trying.getByText('Refusal for create_refund decides').waitFor();
    await trying.getByLabel('Tool', { exact: true }).selectOption('list_customers');
    await trying.getByLabel('city').fill('Bonn');
    expect(await trying.getByLabel('currency').count()).toBe(0);
    expect(faults).toEqual([]);
  },
  SLOW_MS,
);

it(
  'what is saved here decides the very next call',
  async () => {
    const { client } = office.admin;
    const { page } = desk;
    expectOk(await client.policies.create({ body: { name: 'shop', server: 'shop', document: WANTED } }));
    const grant = expectOk(
      await client.grants.mint({ body: { name: 'laptop', server: 'shop', policy: 'shop' } }),
    );
    const agent = await connectAgent('client 2.x, pinned', office.test.endpoint('shop'), grant.token);
    const call = async () =>
      (await agent.callTool({ name: 'get_order', arguments: { id: 1 } })).isError === true;
    expect(await call()).toBe(true);

    await page.goto('/policies/shop?at=tool:get_order');
    await page.getByText('the default decides').waitFor();
    await page.getByRole('region', { name: 'Recommended' }).getByRole('button', { name: 'Use it' }).click();
    await page.getByText('The policy already says so').waitFor();
    await page.getByRole('button', { name: 'Save as a new version' }).click();
    await page.getByText('More is let through than before').waitFor();
    expect(await call()).toBe(false);
    await agent.close();
  },
  SLOW_MS,
);

it(
  'F-32 who renames a counter is told that it begins at nothing, before they save',
  async () => {
    const { faults, page } = desk;
    const document = {
      version: '1',
      default: 'deny',
      tools: { get_order: { limits: [{ counter: 'orders', window: 'day', max: 9 }] } },
    };
    const body = { name: 'renamed', server: 'shop', document };
    expectOk(await office.admin.client.policies.create({ body }));
    await page.goto('/policies/renamed?view=json');
    await pasteDocument(page, JSON.stringify(document).replace('orders', 'purchases'));
    await page
      .getByText('"purchases" per grant starts at zero: what the counter "orders" per grant counted')
      .waitFor();
    expect(await page.getByRole('button', { name: 'Save as a new version' }).isEnabled()).toBe(true);
    expect(faults).toEqual([]);
  },
  SLOW_MS,
);

it(
  'what has no form stands as JSON in its place, and goes nowhere',
  async () => {
    const { faults, page } = desk;
    const odd = WANTED.replace('"op": "gt", "value": 10000 }', '"op": "like", "value": 10000 }');
    await page.goto('/new-policy?view=json&at=tool:create_refund');
    await pasteDocument(page, odd);
    await view(page, 'Visual');
    await middle(page).getByText('refuse if what its JSON says and').waitFor();
    await middle(page)
      .getByRole('region', { name: 'Refuse if' })
      .getByRole('button', { name: 'Change' })
      .click();
    await page.getByRole('button', { name: 'Edit as JSON: condition 1' }).waitFor();
    await inspect(page, 'builder json block');
    await middle(page).getByLabel('Message of the rule').fill('No');
    expect(await written(page)).toBe(odd.replace('Too much', 'No'));
    expect(faults).toEqual([]);
  },
  SLOW_MS,
);
