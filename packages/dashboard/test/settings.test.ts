import { readFile, writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stepAt, totpCode } from '../../server/src/identity/people/totp.ts';
import { base32Bytes } from '../../server/test/support/base32.ts';
import { type Mailbox, openMailbox } from '../../server/test/support/mailbox.ts';
import { CLIENT, type OidcProvider, openOidcProvider } from '../../server/test/support/oidc.ts';
import {
  bootOffice,
  expectOk,
  expectTagged,
  type Office,
  PASSWORD,
  type Somebody,
} from '../../server/test/support/people.ts';
import { until } from '../../server/test/support/programs.ts';
import { openReceiver, type Receiver } from '../../server/test/support/receiver.ts';
import { copyDocument, type Desk, fieldOf, inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';
import { scanned } from './support/scan.ts';

const NOBODY = { version: '1', default: 'deny' };
const ANYBODY = { version: '1', default: 'allow' };

let mailbox: Mailbox;
let receiver: Receiver;
let provider: OidcProvider;
let office: Office;
let browser: Browser;
let desk: Desk;

beforeAll(async () => {
  mailbox = await openMailbox();
  receiver = await openReceiver();
  const mail = { url: mailbox.url, from: 'Gate <gate@acme.example>' };
  provider = await openOidcProvider(() => [`${office.gateway.url}/api/v1/session/oidc/corp/callback`]);
  const client = { issuer: provider.issuer, client_id: CLIENT.id, client_secret: '${env:CORP_SECRET}' };
  const corp = { name: 'Corp', ...client, allowed_domains: ['corp.example'] };
  const staff = { name: 'Staff', ...client, scim: { token: '${env:STAFF_DIRECTORY}' } };
  const secrets = { CORP_SECRET: CLIENT.secret, STAFF_DIRECTORY: 'd'.repeat(40), TEST_GRANT: 'x'.repeat(40) };
  const environment = { ...process.env, ...secrets };
  office = await bootOffice(
    { dashboard: DASHBOARD, environment },
    { more: { mail, retention: { decisions: '30d' }, signIn: { providers: { corp, staff } } } },
  );
  browser = await openBrowser();
  desk = await deskOf(browser, office, office.admin);
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

it('adds a webhook whose secret is shown once, tests it, sees a failure and its retry, pauses and removes it', async () => {
  const { faults, page } = desk;
  await page.goto('/settings/webhooks');
  await page.getByRole('button', { name: 'Add a webhook' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('on call');
  await page.getByLabel('For', { exact: true }).selectOption('slack');
  await page.getByText('incoming webhook').waitFor();
  await page.getByLabel('Address').fill(receiver.url);
  await page.getByRole('button', { name: 'Add it' }).click();
  const secret = await page.getByRole('region', { name: 'Secret of the webhook' }).innerText();
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'Copy Secret of the webhook' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'on call' }).click();
  receiver.status = 503;
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('cell', { name: 'HTTP 503' }).waitFor();
  receiver.status = 204;
  await page.getByRole('button', { name: 'Send a test' }).click();
  // By then the first may have been tried again as well.
  await page.getByRole('cell', { name: 'delivered' }).first().waitFor();
  expect(JSON.parse(receiver.told.at(-1)?.body ?? '')).toHaveProperty('text');
  await inspect(page, 'webhook');
  expect(await page.content()).not.toContain(secret);
  expect(await page.content()).not.toContain('only-who-writes-knows');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Name', { exact: true }).fill('night watch');
  for (const event of ['a call was decided', 'a call expired']) await page.getByLabel(event).uncheck();
  await inspect(page, 'webhook edited');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'night watch' }).waitFor();
  await page.getByText('a call waits, tools are held, a policy waits for a second person').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Nobody is told yet').waitFor();
  expect(faults).toEqual([]);
});

it('enrols a second factor by the code that its page shows in both themes', async () => {
  const { context, faults, page } = await deskOf(browser, office, await office.somebody('viewer'));
  await page.goto('/settings');
  await fieldOf(page, 'Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Enrol a second factor' }).click();
  const code = page.getByRole('img', { name: 'QR code of the key for your authenticator' });
  await code.waitFor();
  await inspect(page, 'second factor');
  const secret = await page.getByRole('region', { name: 'Secret for your authenticator' }).innerText();
  let read = '';
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    read = await scanned(context, await code.screenshot());
    expect(read, colorScheme).toContain(`secret=${secret}`);
  }
  const key = new URL(read).searchParams.get('secret') ?? '';
  await page.getByLabel('Code from your authenticator').fill(totpCode(base32Bytes(key), stepAt(Date.now())));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('region', { name: 'Recovery codes' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

async function propose(who: Somebody, name: string): Promise<string> {
  const body = { name, document: ANYBODY, note: 'for the demo' };
  const { proposal } = expectOk(await who.client.policies.create({ body }));
  return proposal?.id ?? '';
}

it('has another person accept or refuse what lets more through, and its author take it back', async () => {
  const { faults, page } = desk;
  await page.goto('/settings/organization');
  await page.getByLabel('Changes of policies that a second person').selectOption('widening');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).first().waitFor();
  const writer = await office.somebody('policy_manager');
  await office.admin.client.policies.create({ body: { name: 'closed', document: NOBODY, note: '' } });
  for (const name of ['wide', 'wider']) await propose(writer, name);
  const own = await propose(office.admin, 'mine');

  await page.goto('/proposals');
  await page.getByRole('link', { name: 'wide', exact: true }).click();
  await page.getByText('More is let through than before').waitFor();
  await inspect(page, 'proposal');
  await page.getByLabel('Note').fill('as agreed');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('as agreed').waitFor();
  expect(expectOk(await writer.client.policies.show({ params: { policy: 'wide' } })).version).toBe(1);
  await page.goto('/proposals');
  await page.getByRole('link', { name: 'wider' }).click();
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('rejected').first().waitFor();
  await page.goto(`/proposals/${own}`);
  await page.getByText('It waits for somebody else').waitFor();
  expect(await page.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('withdrawn').first().waitFor();
  await page.goto('/proposals');
  await page.getByText('Nothing is waiting').waitFor();
  expect(faults).toEqual([]);
});

it('says what waits where it is about, what a grant would get, and what nobody can accept any more', async () => {
  const { page } = desk;
  const writer = await office.somebody('policy_manager');
  const { policies, proposals } = writer.client;
  const { admin } = office;
  const narrow = { name: 'narrow', document: NOBODY, note: '' };
  expectOk(await admin.client.policies.create({ body: narrow }));
  const made = expectOk(
    await admin.client.grants.mint({ body: { name: 'waiting', server: 's', policy: 'narrow' } }),
  );
  const params = { grant: made.id };
  const attached = expectOk(await policies.attach({ params, body: { policy: 'wide' } }));
  await page.goto(`/grants/${made.id}`);
  await page.getByText('This waits for a second person').waitFor();
  await page.getByRole('link', { name: 'wide for waiting on s' }).click();
  await page.getByRole('heading', { name: 'wide for waiting' }).waitFor();
  const facts = page.getByRole('definition');
  await facts.filter({ hasText: 'waiting, its calls on s' }).waitFor();
  await facts.filter({ hasText: /^narrow$/ }).waitFor();
  const withdrawn = { params: { proposal: attached.proposal?.id ?? '' }, body: {} };
  await page.route('**/reject', async (route) => {
    expectOk(await proposals.withdraw(withdrawn));
    await route.continue();
  });
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('You were too late: it is withdrawn already').first().waitFor();
  await page.unroute('**/reject');

  // Where the first server's policy waits, the way goes on to a grant without it.
  const own = { name: 's-safe', server: 's', document: ANYBODY, note: '' };
  const fresh = expectOk(await policies.create({ body: own }));
  await page.goto('/start?server=s&skip=policy');
  await page.getByRole('link', { name: 's-safe, a new policy' }).waitFor();
  expectOk(await proposals.withdraw({ params: { proposal: fresh.proposal?.id ?? '' }, body: {} }));

  const change = { params: { policy: 'narrow' }, ifMatch: '"1"' };
  const body = { document: ANYBODY, note: 'more' };
  const { proposal } = expectOk(await policies.save({ ...change, body }));
  await page.goto('/policies/narrow');
  await page.getByRole('link', { name: 'a change of narrow' }).click();
  await page.getByRole('button', { name: 'Accept' }).waitFor();
  await page.getByRole('link', { name: 'Write on from this' }).click();
  await page.getByRole('button', { name: 'Save as a new version' }).and(page.locator(':enabled')).waitFor();
  expect(await copyDocument(page)).toContain('"allow"');
  await page.goto(`/proposals/${proposal?.id}`);
  const tighter = { document: { ...NOBODY, description: 'tighter' }, note: '' };
  expectOk(await policies.save({ ...change, body: tighter }));
  await page.reload();
  await page.getByText('cannot be accepted any more').waitFor();
  expect(await page.getByRole('button', { name: 'Accept' }).count()).toBe(0);
  expectOk(await proposals.withdraw({ params: { proposal: proposal?.id ?? '' }, body: {} }));
});

it('sends a test letter, and a link by which a forgotten password is set again', async () => {
  const { faults, page } = desk;
  await page.goto('/settings/gateway');
  await page.getByText('rows are kept for 30 days').waitFor();
  await page.getByText('are kept for 90 days').waitFor();
  await page.getByRole('columnheader', { name: 'Directory (SCIM)' }).waitFor();
  await page.getByRole('cell', { name: `${office.gateway.url}/scim/v2/staff` }).waitFor();
  await page.getByRole('button', { name: 'Send me a test letter' }).click();
  await page.getByText('has accepted it for').waitFor();
  const tests = mailbox.letters.filter(({ raw }) => /^Subject: .*test/im.test(raw));
  expect(tests.map(({ to }) => to)).toEqual([[office.admin.email]]);
  await inspect(page, 'gateway');

  const outside = await openDesk(browser, office.gateway.url);
  await outside.page.goto('/sign-in');
  const somebody = await office.somebody('viewer');
  await outside.page.getByRole('link', { name: 'Forgot your password?' }).click();
  await outside.page.getByLabel('E-mail').fill(somebody.email);
  await outside.page.getByRole('button', { name: 'Send the link' }).click();
  await outside.page.getByText('Check your mail').waitFor();
  const received = () => mailbox.letters.find(({ to }) => to.includes(somebody.email));
  await until(() => received() !== undefined);
  // As quoted-printable, whose lines end with "=".
  const letter = (received()?.raw ?? '').replace(/=\r?\n/g, '').replaceAll('=3D', '=');
  const [link = ''] = /http:\S+#reset=\S+/.exec(letter) ?? [];
  for (const outcome of ['set', 'used'] as const) {
    // From elsewhere, as out of a letter: another hash alone would be the same page.
    await outside.page.goto('about:blank');
    await outside.page.goto(link);
    await outside.page.getByLabel('New password', { exact: true }).fill('another horse battery staple');
    await outside.page.getByRole('button', { name: 'Set it' }).click();
    if (outcome === 'used') await outside.page.getByText('This link was already used').waitFor();
    else await outside.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  }
  await outside.page.goto('/sign-in');
  await outside.page.getByLabel('E-mail').fill(somebody.email);
  await outside.page.getByLabel('Password').fill('another horse battery staple');
  await outside.page.getByRole('button', { name: 'Sign in' }).click();
  await outside.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect([...faults, ...outside.faults]).toEqual([]);
  await outside.context.close();
});

it('asks for no password where people sign in by a provider alone, and says why they can add no passkey', async () => {
  const invited = { email: 'di@corp.example', role: 'approver' } as const;
  const { link } = expectOk(await office.admin.client.invitations.create({ body: invited }));
  provider.accounts.set('di', { email: invited.email, email_verified: true, name: 'Di' });
  provider.nextSubject = 'di';
  const { configFile } = office.test;
  const before = await readFile(configFile, 'utf8');
  const config = JSON.parse(before);
  await writeFile(configFile, JSON.stringify({ ...config, signIn: { ...config.signIn, only: 'providers' } }));
  const requiredOf = async () => expectOk(await office.visitor().client.signOn.providers()).requiredOf;
  await until(async () => (await requiredOf()) === 'all');
  const { context, faults, page } = await openDesk(browser, office.gateway.url);
  await page.goto('/sign-in');
  await page.getByText('Everybody signs in so here').waitFor();
  expect(await page.getByLabel('Password').count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Forgot your password?' }).count()).toBe(0);
  await inspect(page, 'sign-in by a provider alone');
  await page.goto(link.slice(office.gateway.url.length));
  await page.getByText('Sign in as di@corp.example').waitFor();
  await inspect(page, 'invitation by a provider alone');
  await page.getByRole('link', { name: 'Sign in with Corp' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto('/settings');
  await page.getByText('no passkey signs you in there').waitFor();
  expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0);
  await inspect(page, 'settings by a provider alone');
  await writeFile(configFile, before);
  await until(async () => (await requiredOf()) === 'nobody');
  expect(faults).toEqual([]);
  await context.close();
});

it('keeps the last admin, withdraws an invitation, and shows both in an audit log that is sound', async () => {
  const { faults, page } = desk;
  const invited = { email: 'bob@acme.example', role: 'viewer' } as const;
  expectOk(await office.admin.client.invitations.create({ body: invited }));
  await page.goto('/people');
  const role = page.getByLabel(`Role of ${office.admin.email}`, { exact: true });
  await role.selectOption('viewer');
  await page.getByRole('button', { name: `Change: Role of ${office.admin.email}` }).click();
  await page.getByText('make somebody else one first').waitFor();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('cell', { name: 'revoked' }).waitFor();
  await page.goto('/audit');
  await page.getByLabel('What', { exact: true }).fill('settings.changed');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.waitForURL('**/audit?action=settings.changed');
  await page.getByText('1 difference').first().click();
  await page.getByText('requireSecondPerson').waitFor();
  await page.getByText('widening').waitFor();
  await page.getByRole('button', { name: 'Verify both logs' }).click();
  await page.getByText('Sound').first().waitFor();
  await inspect(page, 'audit');
  const file = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await file).suggestedFilename()).toBe('audit.csv');

  expectOk(await office.admin.client.organizations.create({ body: { name: 'Elsewhere' } }));
  await page.goto('/people');
  await page.getByLabel('Organisation', { exact: true }).selectOption('Elsewhere');
  await page.getByRole('button', { name: 'Switch: Organisation' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.goto('/audit?action=invitation.revoked');
  await page.getByText('Nothing matches').waitFor();
  expect(faults).toEqual([]);
});

it('signs in by a provider to where one wanted to go, and says why when nobody knows who comes', async () => {
  const { context, faults, page } = await openDesk(browser, office.gateway.url);
  const known = { email_verified: true, name: 'Cy' };
  provider.accounts.set('stranger', { ...known, email: 'cy@else.example' });
  provider.accounts.set('cy', { ...known, email: 'cy@corp.example' });
  provider.nextSubject = 'stranger';
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign in with Corp' }).click();
  await page.getByText('Nobody here knows you yet').waitFor();
  await inspect(page, 'sign-in refused');
  await context.clearCookies();
  provider.nextSubject = 'cy';
  // The directory of the other provider is that of their issuer.
  const said = await fetch(`${office.gateway.url}/scim/v2/staff/Users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${'d'.repeat(40)}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({ userName: 'cy@corp.example' }),
  });
  expect(said.status).toBe(201);
  await page.goto('/policies');
  await page.getByRole('link', { name: 'Sign in with Corp' }).click();
  await page.getByRole('heading', { level: 1, name: 'Policies' }).waitFor();
  await page.getByText('cy@corp.example').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('stops all agents after a question, says so on every page, and lets them in again', async () => {
  const { faults, page } = desk;
  await page.goto('/settings/organization');
  await page.getByRole('button', { name: 'Stop all agents' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop all agents' }).click();
  await page.getByRole('button', { name: 'Let agents in again' }).waitFor();
  await inspect(page, 'agents stopped');
  await page.goto('/log');
  await page.getByText('All agents are stopped').waitFor();
  await page.getByRole('link', { name: 'Let them in again' }).click();
  await page.getByRole('button', { name: 'Let agents in again' }).click();
  await page.getByRole('button', { name: 'Stop all agents' }).waitFor();
  await page.getByText('All agents are stopped').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

const settingsNow = async () => expectTagged(await office.admin.client.settings.read());

it('keeps what an admin typed of the organisation when another one saves it first', async () => {
  const { faults, page } = desk;
  await page.goto('/settings/organization');
  await page.getByLabel('Members need a second factor').waitFor();
  await page.getByLabel('Name').fill('Acme & Sons');
  const { etag } = await settingsNow();
  const theirs = { requireSecondPerson: 'widening' } as const;
  expectOk(await office.admin.client.settings.change({ body: theirs, ifMatch: etag }));
  const saving = page.getByRole('button', { name: 'Save' });
  await saving.click();
  await page
    .getByRole('alert')
    .filter({ hasText: /changed/i })
    .waitFor();
  await expect.poll(() => page.getByLabel('Changes of policies').inputValue()).toBe('widening');
  expect(await page.getByLabel('Name').inputValue()).toBe('Acme & Sons');
  await saving.click();
  await page.getByText('Saved').first().waitFor();
  const read = await settingsNow();
  expect(read.body).toMatchObject({ name: 'Acme & Sons', ...theirs });
  const body = { name: 'Acme', requireSecondPerson: 'never' } as const;
  expectOk(await office.admin.client.settings.change({ body, ifMatch: read.etag }));
  expect(faults).toEqual([]);
});

it('leads on from an address that is none', async () => {
  const { page } = desk;
  await page.goto('/nowhere/at-all');
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Servers', exact: true }).click();
  await page.waitForURL('**/servers');
});
