import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from '../../server/test/support/gateway.ts';
import { type Mailbox, openMailbox } from '../../server/test/support/mailbox.ts';
import { expectOk, PASSWORD } from '../../server/test/support/people.ts';
import { newVisitor } from '../../server/test/support/visitor.ts';
import { type Desk, fieldOf, inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { MEMORY } from './support/servers.ts';

let mailbox: Mailbox;
let test: TestGateway;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  mailbox = await openMailbox();
  test = await bootGateway({
    mcpServers: { memory: MEMORY },
    more: { mail: { url: mailbox.url, from: 'gate@example.com' } },
    options: { dashboard: DASHBOARD },
  });
  browser = await openBrowser();
  desk = await openDesk(browser, test.gateway.url);
});
afterAll(async () => {
  await browser.close();
  await test[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

const setUpLink = () => `/welcome#${test.gateway.setup?.code}`;
const heading = (name: string) => desk.page.getByRole('heading', { level: 1, name });

it('fills in the code of a link that is put into the address of the open page, and says of a wrong one what is wrong', async () => {
  const { faults, page } = desk;
  await page.goto('/welcome');
  await page.getByLabel('Set-up code').fill('wrong');
  await page.getByLabel('Name of your organisation').fill('Acme');
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.getByText('the set-up code is wrong').waitFor();
  await page.goto(setUpLink());
  await expect.poll(() => page.getByLabel('Set-up code').inputValue()).toBe(test.gateway.setup?.code);
  await page.getByLabel('Name of your organisation').fill('Acme');
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up' }).click();
  await heading('Overview').waitFor();
  expect(faults).toEqual([]);
});

it('leads who is signed in on from where one sets up or signs in, unless they are told something there', async () => {
  const { faults, page } = desk;
  for (const place of ['/sign-in', '/sign-in?problem=sign_on_stale', setUpLink()]) {
    await page.goto('about:blank');
    await page.goto(place);
    await heading('Overview').waitFor();
  }
  await page.goto('/sign-in?next=%2Flog%3Foutcome%3Ddeny');
  await page.waitForURL('**/log?outcome=deny');
  await page.goto('/sign-in?problem=sign_on_refused&why=stranger');
  await page.getByText('Nobody here knows you yet').waitFor();
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await heading('Sign in').waitFor();
  expect(faults).toEqual([]);
});

/** As the first person. */
async function admin() {
  const { url } = test.gateway;
  const visitor = newVisitor({ url });
  const body = { email: 'ann@acme.example', password: PASSWORD };
  visitor.csrf = expectOk(await visitor.client.session.signIn({ body })).csrf;
  return visitor.client;
}

it('shows the invitation whose link was opened last, and says of one that is over that it is', async () => {
  const { faults, page } = desk;
  const client = await admin();
  const links = [];
  for (const email of ['bob@acme.example', 'cat@acme.example']) {
    const { link } = expectOk(await client.invitations.create({ body: { email, role: 'viewer' } }));
    links.push(link);
  }
  const [one = '', other = ''] = links;
  await page.goto(one);
  await expect.poll(() => fieldOf(page, 'E-mail').inputValue()).toBe('bob@acme.example');
  await page.goto(other);
  await expect.poll(() => fieldOf(page, 'E-mail').inputValue()).toBe('cat@acme.example');
  await page.getByLabel('Your name').fill('Cat');
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('cat@acme.example').waitFor();
  await page.goto('about:blank');
  await page.goto(other);
  await page.getByText('This invitation is over').waitFor();
  await inspect(page, 'invitation-over');
  expect(faults).toEqual([]);
});

it('sets a password by the link that was opened last', async () => {
  const { context, faults, page } = desk;
  await context.clearCookies();
  const links = [];
  for (const _ of [1, 2]) {
    const before = mailbox.letters.length;
    await newVisitor({ url: test.gateway.url }).client.passwords.forgot({
      body: { email: 'ann@acme.example' },
    });
    await expect.poll(() => mailbox.letters.length).toBe(before + 1);
    links.push(
      /#reset=\w+/.exec(mailbox.letters.at(-1)?.raw.replace(/=\r\n/g, '').replace(/=3D/g, '=') ?? '')?.[0],
    );
  }
  const next = 'another correct horse battery';
  for (const [link, then] of [
    [links[0], 'This link was already used'],
    [links[1], 'Your password is set'],
  ] as const) {
    await page.goto(`/reset${link}`);
    await fieldOf(page, 'New password').fill(next);
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByText(then).first().waitFor();
  }
  await page.getByLabel('E-mail').fill('ann@acme.example');
  await fieldOf(page, 'Password').fill(next);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await heading('Overview').waitFor();
  expect(faults).toEqual([]);
});
