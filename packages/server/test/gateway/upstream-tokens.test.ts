import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { rotateKeys, systemClock } from '../../src/index.ts';
import { TOKEN_NEW_MS, TOKEN_RETRY_MS } from '../../src/limits/index.ts';
import { StoreError } from '../../src/store/index.ts';
import { movedClock } from '../cases/support/time.ts';
import type { AuthorizationServer } from '../support/authorization-server.ts';
import { connect, registered, startPair } from '../support/connecting.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { modernCall, post } from '../support/rpc.ts';
import { newVisitor } from '../support/visitor.ts';

const LIFETIME_MS = 3_600_000;
const AT_ONCE = 500;

const clock = movedClock(Date.now());
let office: Office;
let issuer: AuthorizationServer;
let server: ProtectedServer;
let token: string;
let slug: string;
let last = 0;

beforeAll(async () => {
  office = await bootOffice({ clock });
});
afterAll(() => office[Symbol.asyncDispose]());
beforeEach(async () => {
  last += 1;
  slug = `s${last}`;
  const pair = await startPair(office, slug, clock.wallMs);
  ({ issuer, server, token } = pair);
  expect(await connect(office.admin, slug)).toContain('signIn=connected');
  issuer.asked.length = 0;
  return () => pair[Symbol.asyncDispose]();
});

const call = () => post(office.test.endpoint(slug), token, modernCall('pay'));
const text = async () => (await call()).body.result?.content?.[0]?.text;
const state = async () =>
  expectOk(await office.admin.client.servers.show({ params: { server: slug } })).signIn?.state;

it('I-19 is renewed once, however many calls come as it ends, and none of them fails', async () => {
  await call();
  issuer.slowMs = 300;
  clock.pass(LIFETIME_MS);
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, text));
  expect(answers.filter((one) => one !== 'done')).toEqual([]);
  expect(issuer.to('/token').map(({ form }) => form['grant_type'])).toEqual(['refresh_token']);
  expect(issuer.to('/token')[0]?.form['resource']).toBe(server.url);
});

it('is renewed a minute before its end, while calls go on with the old one', async () => {
  await call();
  const presented = () => server.heads.at(-1)?.headers.authorization;
  const old = presented();
  clock.pass(LIFETIME_MS - 60_001);
  await call();
  expect(issuer.to('/token')).toEqual([]);
  issuer.slowMs = 200;
  clock.pass(1);
  const startedMs = performance.now();
  expect(await text()).toBe('done');
  expect(performance.now() - startedMs).toBeLessThan(issuer.slowMs);
  expect(presented()).toBe(old);
  await until(async () => (await text()) === 'done' && presented() !== old);
  expect(issuer.to('/token')).toHaveLength(1);
});

it('keeps what it was given once the store takes it: what it was given for is spent', async () => {
  await call();
  const renewed = vi.spyOn(office.gateway.store.serverSignIns, 'renewed');
  const failed = new StoreError('unavailable', 'the store is away');
  renewed.mockRejectedValueOnce(failed).mockRejectedValueOnce(failed);
  clock.pass(LIFETIME_MS);
  await until(async () => (await text()) === 'done');
  expect(renewed).toHaveBeenCalledTimes(3);
  expect(issuer.to('/token')).toHaveLength(1);
  expect(await state()).toBe('connected');
});

it('waits two seconds for an authorization server, then says so; what it has not lost goes on', async () => {
  issuer.slowMs = 3_000;
  clock.pass(LIFETIME_MS);
  const startedMs = performance.now();
  expect((await call()).text).toContain('is being renewed: try again');
  expect(performance.now() - startedMs).toBeLessThan(2_900);
  expect(await state()).toBe('connected');
  await until(async () => (await text()) === 'done');
  expect(issuer.to('/token')).toHaveLength(1);
});

it('is tried again when the authorization server was down', async () => {
  clock.pass(LIFETIME_MS);
  issuer.instead.set('/token', (_, response) => void response.writeHead(503).end());
  expect((await call()).text).toContain('is being renewed: try again');
  issuer.instead.clear();
  clock.pass(TOKEN_RETRY_MS);
  expect(await text()).toBe('done');
  expect(await state()).toBe('connected');
});

it('is over when the authorization server says so: calls are refused, and nobody asks it again', async () => {
  issuer.refreshTokens.clear();
  clock.pass(LIFETIME_MS);
  for (let times = 0; times < 3; times += 1) {
    const answer = await call();
    expect(answer.text).toContain('connect it again');
    expect(answer.text).not.toContain('canary');
  }
  expect(issuer.to('/token')).toHaveLength(1);
  expect(await state()).toBe('needs_sign_in');
  expect(office.test.lines.filter(({ level }) => level === 'warn').at(-1)).toMatchObject({
    message: 'a server needs to be signed in at again',
  });
  const probed = expectOk(await office.admin.client.servers.probe({ params: { server: slug } }));
  expect(probed.wantsSignIn).toBe(true);
  expect(await connect(office.admin, slug)).toContain('signIn=connected');
  expect(await text()).toBe('done');
});

it('that the server refuses is renewed once and the call sent once more; not for one that is new', async () => {
  await call();
  const calls = server.calls().length;
  server.refusals = 1;
  expect((await call()).text).toContain('refused the credentials');
  expect(issuer.to('/token')).toEqual([]);
  clock.pass(TOKEN_NEW_MS);
  server.refusals = 1;
  expect(await text()).toBe('done');
  expect(server.calls()).toHaveLength(calls + 1);
  expect(issuer.to('/token')).toHaveLength(1);
  clock.pass(TOKEN_NEW_MS);
  server.refusals = 99;
  const before = server.heads.length;
  expect((await call()).body.result?.content?.[0]?.text).not.toBe('done');
  expect(server.heads.length - before).toBe(2);
  expect(issuer.to('/token')).toHaveLength(2);
});

it('stands in place of a header of the settings, and goes to no other server', async () => {
  const params = { server: slug };
  const { etag = '' } = (await office.admin.client.servers.show({ params })) as { readonly etag?: string };
  const headers = { authorization: 'Bearer canary-own' };
  expectOk(await office.admin.client.servers.credentials({ params, ifMatch: etag, body: { headers } }));
  expect(await text()).toBe('done');
  expect(server.heads.at(-1)?.headers.authorization).toMatch(/^Bearer canary-access-\w+$/);
  await using other = await startProtectedServer(issuer);
  const beside = await registered(office, `${slug}b`, { url: other.url });
  await post(office.test.endpoint(`${slug}b`), beside, modernCall('pay'));
  expect(other.heads.map(({ headers: { authorization } }) => authorization)).not.toContain(
    server.heads.at(-1)?.headers.authorization,
  );
});

it('is found by a rotation of the keys, survives a restart, and stands nowhere in plain text', async () => {
  expect(await text()).toBe('done');
  const folder = join(office.test.data, 'data');
  await rotateKeys({ directory: folder, clock: systemClock(), by: BY });
  await office.test.restart();
  clock.pass(LIFETIME_MS);
  expect(await text()).toBe('done');
  expect(issuer.to('/token')).toHaveLength(1);
  const { cookie, csrf = '' } = office.admin;
  const { client } = newVisitor({ url: office.test.gateway.url, cookie, csrf });
  const answers = [
    await client.servers.list(),
    await client.servers.show({ params: { server: slug } }),
    await client.audit.list(),
    await client.decisions.list(),
    await client.servers.probe({ params: { server: slug } }),
  ];
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')),
  );
  const everything = [JSON.stringify(answers), JSON.stringify(office.test.lines), ...files];
  const found = issuer.secrets.filter((secret) => everything.some((one) => one.includes(secret)));
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
  expect(issuer.secrets.length).toBeGreaterThan(3);
  expect(found).toEqual([]);
});

const BY = { kind: 'system', id: 'test', name: 'test', via: 'gateway', address: '' } as const;
