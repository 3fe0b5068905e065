import { afterAll, beforeAll, expect, it } from 'vitest';
import { passkeyPlace } from '../../src/identity/index.ts';
import { PASSKEY_CEREMONY_MS, PASSKEYS_PER_PERSON } from '../../src/limits/index.ts';
import { movedClock } from '../cases/support/index.ts';
import { type Change, newAuthenticator } from '../support/authenticator.ts';
import { passkeyOf, signInWith, withPasskey } from '../support/passkeys.ts';
import { bootOffice, expectOk, type Office, PASSWORD, problemOf } from '../support/people.ts';

const clock = movedClock(Date.parse('2026-03-02T10:00:00Z'));
let office: Office;
const url = (): string => office.gateway.url;
const anybody = () => office.visitor().client;
const settings = () => office.admin.client.settings;

beforeAll(async () => {
  office = await bootOffice({ clock });
});
afterAll(() => office[Symbol.asyncDispose]());

it('a person signs in with a passkey, which counts as both factors, until it is removed', async () => {
  const ann = await office.somebody('viewer');
  const { device, id } = await withPasskey(ann, url());
  expect(expectOk(await ann.client.passkeys.list()).passkeys).toMatchObject([{ id, name: 'laptop' }]);
  const read = await settings().read();
  const ifMatch = (read.ok && read.etag) || '';
  expectOk(await settings().change({ body: { requireSecondFactor: true }, ifMatch }));
  try {
    const visitor = office.visitor();
    const { client } = visitor;
    const session = expectOk(await client.passkeys.signIn({ body: await signInWith(client, device) }));
    expect(session.person.id).toBe(ann.person);
    visitor.csrf = session.csrf;
    // A password alone would not do.
    expectOk(await client.servers.list({ query: {} }));
    expect(problemOf(await ann.client.servers.list({ query: {} }))).toBe('second_factor_required');
    expect(expectOk(await client.passkeys.list()).passkeys[0]?.usedAt).toBe('2026-03-02T10:00:00.000Z');
    expectOk(await client.passkeys.remove({ params: { passkey: id } }));
  } finally {
    const now = await settings().read();
    const tag = (now.ok && now.etag) || '';
    await settings().change({ body: { requireSecondFactor: false }, ifMatch: tag });
  }
  const client = anybody();
  const body = await signInWith(client, device);
  expect(problemOf(await client.passkeys.signIn({ body }))).toBe('wrong_credentials');
  const { store } = office.gateway;
  const acts = await store.audit.query({ limit: 9, action: 'passkey', target: ann.person });
  expect(acts.map(({ action }) => action)).toEqual(['passkey.added', 'passkey.removed']);
});

it.each<[string, Change]>([
  ['was made for another origin', { origin: 'https://elsewhere.example' }],
  ['did not ask for a PIN or a finger', { isVerified: false }],
  ['answers another challenge', { challenge: 'YW5vdGhlcg' }],
])('a device that %s adds nothing and signs nobody in', async (_what, change) => {
  const ann = await office.somebody('viewer');
  const device = newAuthenticator(url());
  const wrong = await passkeyOf(ann, { device, change });
  expect(problemOf(await ann.client.passkeys.add({ body: wrong }))).toBe('wrong_credentials');
  const known = await withPasskey(ann, url());
  const client = anybody();
  const body = await signInWith(client, known.device, change);
  expect(problemOf(await client.passkeys.signIn({ body }))).toBe('wrong_credentials');
  expectOk(await client.passkeys.signIn({ body: await signInWith(client, known.device) }));
});

it('a challenge works once, in time, for what and whom it was made', async () => {
  const ann = await office.somebody('viewer');
  const bob = await office.somebody('viewer');
  const { device } = await withPasskey(ann, url());
  const client = anybody();
  const body = await signInWith(client, device);
  expectOk(await client.passkeys.signIn({ body }));
  expect(problemOf(await client.passkeys.signIn({ body }))).toBe('wrong_credentials');

  const made = await passkeyOf(ann, { device: newAuthenticator(url()) });
  expect(problemOf(await bob.client.passkeys.add({ body: made }))).toBe('wrong_credentials');
  const mixed = { ...(await signInWith(client, device)), state: made.state };
  expect(problemOf(await client.passkeys.signIn({ body: mixed }))).toBe('wrong_credentials');

  const late = await signInWith(client, device);
  clock.pass(PASSKEY_CEREMONY_MS);
  expect(problemOf(await client.passkeys.signIn({ body: late }))).toBe('wrong_credentials');
});

it('a copy of a device shows by a count that does not grow', async () => {
  const { device } = await withPasskey(await office.somebody('viewer'), url());
  const client = anybody();
  const signIn = async (counter: number) =>
    (await client.passkeys.signIn({ body: await signInWith(client, device, { counter }) })).ok;
  expect([await signIn(7), await signIn(7), await signIn(6), await signIn(8)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

it('nobody adds one without the password, and nobody more than there may be', async () => {
  const ann = await office.somebody('viewer');
  expect(problemOf(await ann.client.passkeys.begin({ body: {} }))).toBe('wrong_credentials');
  expect(problemOf(await ann.client.passkeys.begin({ body: { password: 'wrong' } }))).toBe(
    'wrong_credentials',
  );
  for (let at = 0; at < PASSKEYS_PER_PERSON; at += 1) await withPasskey(ann, url());
  expect(problemOf(await ann.client.passkeys.begin({ body: { password: PASSWORD } }))).toBe('too_many');
});

it.each([
  ['https://gate.example:8443/sub', 'gate.example'],
  ['http://127.0.0.1:7411', 'localhost'],
  ['http://[::1]:7411', 'localhost'],
  ['https://10.0.0.1', undefined],
  ['https://[2001:db8::1]', undefined],
])('at %s passkeys are those of %s', (address, id) => {
  expect(passkeyPlace(address)?.id).toBe(id);
});
