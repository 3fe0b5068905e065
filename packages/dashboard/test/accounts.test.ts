import { BY_COMMAND_LINE } from '@boomgate/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeOf, enrol } from '../../server/test/api/samples.ts';
import {
  bootOffice,
  expectOk,
  type Office,
  PASSWORD,
  problemOf,
  sessionOf,
} from '../../server/test/support/people.ts';
import { fieldOf, inspect, openBrowser, openDesk } from './support/browser.ts';
import { DASHBOARD } from './support/built.ts';
import { deskOf } from './support/desk.ts';

let office: Office;
let browser: Browser;

beforeAll(async () => {
  office = await bootOffice({ dashboard: DASHBOARD });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await office[Symbol.asyncDispose]();
});

it('gives a person another name, says where they are signed in, and ends one of these sessions', async () => {
  const who = await office.somebody('viewer');
  const other = await sessionOf(office.gateway, who.person, 'default');
  const { context, faults, page } = await deskOf(browser, office, who);
  await page.goto('/settings');
  const name = fieldOf(page, 'Name that others see');
  expect(await name.inputValue()).toBe('viewer');
  await name.fill(' ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => name.getAttribute('aria-invalid')).toBe('true');
  await name.fill('Zoë Ærø');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).first().waitFor();
  expect(expectOk(await who.client.session.read()).person.name).toBe('Zoë Ærø');
  await page.getByRole('cell', { name: 'this one' }).waitFor();
  await inspect(page, 'settings of a person');
  await page.getByRole('button', { name: 'End the session of' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('button', { name: 'End the session of' }).count()).toBe(0);
  expect(problemOf(await other.client.session.read())).toBe('unauthenticated');
  expect(faults).toEqual([]);
  await context.close();
});

it('says of each session in which browser it began', async () => {
  const who = await office.somebody('viewer');
  const { personSessions } = office.gateway.store.people;
  const session = { person: who.person, organization: 'default', device: 'Samsung Internet on Android' };
  await personSessions.begin({ hash: 'of a phone', ...session });
  const { context, faults, page } = await openDesk(browser, office.gateway.url);
  await page.goto('/');
  await fieldOf(page, 'E-mail').fill(who.email);
  await fieldOf(page, 'Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.goto('/settings');
  const own = page.getByRole('row').filter({ has: page.getByRole('cell', { name: 'this one' }) });
  await own.getByText('Chrome on Linux', { exact: true }).waitFor();
  const phone = page.getByRole('row', { name: 'Samsung Internet on Android' });
  await phone.getByRole('button', { name: 'End the session of' }).waitFor();
  await page.getByRole('row', { name: 'unknown' }).waitFor();
  await inspect(page, 'sessions with their devices');
  expect(faults).toEqual([]);
  await context.close();
});

it('lets a person out of an organisation, but not its last admin', async () => {
  const who = await office.somebody('viewer');
  const { context, faults, page } = await deskOf(browser, office, who);
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Leave this organisation' }).click();
  await page.getByRole('dialog').getByText('Leave Acme?').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Leave this organisation' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(await office.gateway.store.people.members.find('default', who.member)).toBeUndefined();
  expect(faults).toEqual([]);
  await context.close();

  const last = await deskOf(browser, office, office.admin);
  await last.page.goto('/settings');
  await last.page.getByRole('button', { name: 'Leave this organisation' }).click();
  await last.page.getByRole('dialog').getByRole('button', { name: 'Leave this organisation' }).click();
  await last.page.getByText('make somebody else one first').waitFor();
  expect(last.faults).toEqual([]);
  await last.context.close();
});

it('ends the sessions of a member, and says who made a key and who invited', async () => {
  const who = await office.somebody('viewer');
  const { client, email } = office.admin;
  expectOk(await client.apiKeys.create({ body: { name: 'script', role: 'viewer', expiresInDays: 1 } }));
  expectOk(await client.invitations.create({ body: { email: 'bob@acme.example', role: 'viewer' } }));
  const byOperator = { organization: 'default', role: 'viewer', createdBy: BY_COMMAND_LINE } as const;
  await office.gateway.store.people.invitations.create(
    { ...byOperator, id: '01', email: 'cid@acme.example', expiresAtMs: Date.UTC(2100, 0) },
    'a hash',
  );
  const { context, faults, page } = await deskOf(browser, office, office.admin);
  await page.goto('/people');
  const ofCid = page.getByRole('row', { name: 'cid@acme.example' });
  await ofCid.getByRole('cell', { name: 'the command line' }).waitFor();
  await page.getByRole('row', { name: 'bob@acme.example' }).getByRole('cell', { name: email }).waitFor();
  await page.getByRole('row', { name: 'script' }).getByRole('cell', { name: email }).waitFor();
  await page.getByRole('button', { name: `End sessions ${who.email}` }).click();
  await inspect(page, 'end the sessions of a member');
  await page.getByRole('dialog').getByRole('button', { name: 'End sessions' }).click();
  await page.getByText('Their sessions have ended').first().waitFor();
  expect(problemOf(await who.client.session.read())).toBe('unauthenticated');
  await inspect(page, 'people');
  expect(faults).toEqual([]);
  await context.close();
});

it('asks for a code whoever has a second factor, and not who signs in in their place', async () => {
  const [one, other] = [await office.somebody('viewer'), await office.somebody('viewer')];
  const secret = await enrol(one);
  expectOk(await one.client.twoFactor.confirm({ body: { code: codeOf(secret, Date.now()) } }));
  const { context, faults, page } = await openDesk(browser, office.gateway.url);
  await page.goto('/sign-in');
  await fieldOf(page, 'E-mail').fill(one.email);
  await fieldOf(page, 'Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const code = fieldOf(page, 'Code of your second factor');
  await code.waitFor();
  await fieldOf(page, 'E-mail').fill(other.email);
  expect(await code.count()).toBe(0);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('takes who is signed in for who is invited, without a password, and says so to everybody else', async () => {
  const foreign = await office.elsewhere();
  const who = await office.somebody('viewer', foreign);
  const body = { email: who.email, role: 'approver' } as const;
  const { link } = expectOk(await office.admin.client.invitations.create({ body }));
  const place = new URL(link);
  const path = `${place.pathname}${place.hash}`;

  const other = await deskOf(browser, office, await office.somebody('viewer'));
  await other.page.goto(path);
  await other.page.getByText('You are signed in as').waitFor();
  await other.page.getByLabel('Your password').waitFor();
  await other.context.close();
  const stranger = await openDesk(browser, office.gateway.url);
  await stranger.page.goto(path);
  await stranger.page.getByText('then open this link again').waitFor();
  await inspect(stranger.page, 'invitation-with-account');
  await stranger.context.close();

  const { context, faults, page } = await deskOf(browser, office, who);
  await page.goto(path);
  await page.getByText(`You are signed in as ${who.email}, who is invited.`).waitFor();
  await inspect(page, 'invitation-signed-in');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const { organization, role } = expectOk(await who.client.session.read());
  expect([organization.id, role]).toEqual(['default', 'approver']);
  expect(faults).toEqual([]);
  await context.close();
});
