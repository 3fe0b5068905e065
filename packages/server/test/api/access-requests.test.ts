import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { bootOffice, expectOk, NO_SERVER, type Office, problemOf, type Somebody } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

let mailbox: Mailbox;
let receiver: Receiver;
let office: Office;
beforeAll(async () => {
  mailbox = await openMailbox();
  receiver = await openReceiver();
  office = await bootOffice(
    {},
    {
      mcpServers: { ...NO_SERVER, t: { url: 'http://127.0.0.1:9/other' } },
      environment: { BOOMGATE_MAIL_URL: mailbox.url, BOOMGATE_MAIL_FROM: 'gate@acme.example' },
    },
  );
  const events = ['access_asked' as const, 'access_decided' as const, 'ends_soon' as const];
  expectOk(await office.admin.client.webhooks.create({ body: { name: 'hook', url: receiver.url, events } }));
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await mailbox[Symbol.asyncDispose]();
});

const ask = async ({ client }: Somebody, server = 's', note = '') =>
  client.accessRequests.ask({ body: { server, note } });
const grant = async (request: string, body: { name: string; policy?: string; note?: string }) =>
  office.admin.client.accessRequests.grant({ params: { request }, body });

it('a member asks, admins are told, what they grant is theirs to let agents in with, and they hear before it ends', async () => {
  const [asker, admin] = [await office.somebody('viewer'), await office.somebody('admin')];
  const why = 'to \u202eship';
  const { id, ...asked } = expectOk(await ask(asker, 's', why));
  expect(asked).toMatchObject({ state: 'waiting', server: 's', by: asker.email, isOwn: true, note: why });
  expect(problemOf(await ask(asker))).toBe('access_asked');
  const url = `${office.gateway.url}/access/${id}`;
  await until(() => receiver.told.length >= 1 && mailbox.letters.length >= 2);
  const data = { url, id, server: 's', by: asker.email, note: why };
  expect(JSON.parse(receiver.told[0]?.body ?? '')).toMatchObject({ type: 'access.asked', data });
  const letters = mailbox.letters.slice();
  expect(letters.flatMap(({ to }) => to).toSorted()).toEqual([office.admin.email, admin.email].toSorted());
  for (const { raw } of letters) expect(raw).not.toContain('\u202e');

  const body = { name: 'for them', policy: 'all', expiresInDays: 30, note: 'for a week' };
  const granted = expectOk(await grant(id, body));
  expect(granted).toMatchObject({
    ...{ state: 'granted', isOwn: false, answer: 'for a week' },
    decidedBy: { kind: 'person', name: office.admin.email },
    grant: { name: 'for them' },
  });
  const params = { grant: granted.grant?.id ?? '' };
  const minted = expectOk(await office.admin.client.grants.show({ params }));
  const theirs = { server: 's', policy: 'all', owner: asker.email, ownerMaySignIn: true, isTokenKept: false };
  expect(minted).toMatchObject({ ...theirs, origin: 'minted', state: 'active' });
  expect(minted.expiresAt).toBeDefined();
  await until(() => receiver.told.length >= 2 && mailbox.letters.length >= 3);
  expect(JSON.parse(receiver.told[1]?.body ?? '')).toMatchObject({
    type: 'access.decided',
    data: { ...data, state: 'granted', answer: 'for a week', grant: 'for them', grantId: params.grant },
  });
  expect(mailbox.letters.slice(2).flatMap(({ to }) => to)).toEqual([asker.email]);
  expect(problemOf(await grant(id, { ...body, name: 'another' }))).toBe('access_decided');

  await office.gateway.store.endings.tell({ nowMs: Date.now() + 24 * DAY_MS });
  await until(() => receiver.told.length >= 3 && mailbox.letters.length >= 4);
  const its = { credential: 'grant', id: params.grant, name: 'for them', endsAt: minted.expiresAt };
  expect(JSON.parse(receiver.told[2]?.body ?? '')).toMatchObject({
    type: 'credentials.ends_soon',
    data: { url: `${office.gateway.url}/grants/${params.grant}`, count: 1, credentials: [its] },
  });
  expect(mailbox.letters.slice(3).flatMap(({ to }) => to)).toEqual([asker.email]);
});

it('others see their own, and an admin all', async () => {
  const [one, other] = [await office.somebody('approver'), await office.somebody('policy_manager')];
  const { id } = expectOk(await ask(one));
  const listed = async ({ client }: Somebody) =>
    expectOk(await client.accessRequests.list({ query: { state: 'waiting' } })).items.map((of) => of.id);
  expect(await listed(one)).toEqual([id]);
  expect(await listed(other)).toEqual([]);
  expect(await listed(office.admin)).toContain(id);
  const params = { request: id };
  expectOk(await one.client.accessRequests.show({ params }));
  expect(problemOf(await other.client.accessRequests.show({ params }))).toBe('not_found');
  for (const who of [other, office.admin])
    expect(problemOf(await who.client.accessRequests.withdraw({ params, body: {} }))).toBe('not_found');
  expectOk(await one.client.accessRequests.withdraw({ params, body: {} }));
  const declining = { params, body: { note: 'too late' } };
  expect(problemOf(await office.admin.client.accessRequests.decline(declining))).toBe('access_decided');
});

it('somebody who asks and takes back has admins told of it a few times, and no more', async () => {
  const asker = await office.somebody('viewer');
  const answers: string[] = [];
  for (let time = 0; time < 6; time++) {
    const asked = await ask(asker);
    answers.push(problemOf(asked));
    const params = { request: asked.ok ? asked.body.id : 'none' };
    await asker.client.accessRequests.withdraw({ params, body: {} });
  }
  expect(answers).toEqual([...Array.from({ length: 5 }, () => 'none'), 'too_many_attempts']);
  expectOk(await ask(asker, 't'));
});

it('nothing is minted of what is amiss, and what waits ends with the membership of who asked', async () => {
  const asker = await office.somebody('viewer');
  expect(problemOf(await ask(asker, 'nothing'))).toBe('invalid_input');
  const { id } = expectOk(await ask(asker));
  const { id: later } = expectOk(await ask(asker, 't'));
  expect(problemOf(await grant(id, { name: 'x', policy: 'nothing' }))).toBe('invalid_input');
  expectOk(await grant(id, { name: 'taken', policy: 'all' }));
  expect(problemOf(await grant(later, { name: 'taken', policy: 'all' }))).toBe('name_taken');
  const request = { params: { request: later } };
  expectOk(await office.admin.client.accessRequests.show(request));
  expectOk(await office.admin.client.members.remove({ params: { member: asker.member } }));
  expect(problemOf(await office.admin.client.accessRequests.show(request))).toBe('not_found');
  expect(problemOf(await grant(later, { name: 'late', policy: 'all' }))).toBe('not_found');
  const named = expectOk(await office.admin.client.grants.list({ query: { text: asker.email } })).items;
  expect(named.map(({ name }) => name)).toEqual(['taken']);
});
