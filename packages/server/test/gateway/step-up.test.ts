import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { movedClock } from '../cases/support/time.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { askToConnect, connect, registered, startPair } from '../support/connecting.ts';
import { bootOffice, expectOk, type Office } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';
import type { Visitor } from '../support/visitor.ts';

const START_MS = 120_000;

const signInOf = async (visitor: Visitor, server: string) =>
  expectOk(await visitor.client.servers.show({ params: { server } })).signIn;
const missingAt = async (visitor: Visitor, server: string) =>
  (await signInOf(visitor, server))?.missingScopes;
const callAt = (endpoint: string, token: string) => post(endpoint, token, modernCall('pay'));
const textAt = async (endpoint: string, token: string) =>
  (await callAt(endpoint, token)).body.result?.content?.[0]?.text;
const warningsOf = (office: Office) =>
  office.test.lines.filter(({ message }) => message.includes('for want of scopes'));
const asked = (issuer: AuthorizationServer) => issuer.to('/authorize').at(-1)?.form['scope'];

describe('a server that misses scopes in the token', () => {
  const clock = movedClock(Date.now());
  let office: Office;
  let issuer: AuthorizationServer;
  let server: ProtectedServer;
  let token: string;
  let slug: string;
  let last = 0;
  /** Lines of the log that others left. */
  let seen = 0;

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
    seen = office.test.lines.length;
    return () => pair[Symbol.asyncDispose]();
  });
  const call = () => callAt(office.test.endpoint(slug), token);
  const text = () => textAt(office.test.endpoint(slug), token);
  const missing = () => missingAt(office.admin, slug);
  const warnings = () => warningsOf(office).filter((line) => office.test.lines.indexOf(line) >= seen);
  const posts = () => server.heads.filter(({ headers }) => headers['mcp-method'] === 'tools/call').length;

  it('refuses the call once; connecting asks for these beside those that there are, and nothing is missing then', async () => {
    expect(await text()).toBe('done');
    expect(await signInOf(office.admin, slug)).not.toHaveProperty('missingScopes');
    server.needs = ['pay', 'refund'];
    const before = posts();
    expect((await call()).text).toContain('refused the credentials');
    expect(posts() - before).toBe(1);
    expect(issuer.to('/token').map(({ form }) => form['grant_type'])).toEqual(['authorization_code']);
    await until(async () => (await missing()) !== undefined);
    expect(await signInOf(office.admin, slug)).toMatchObject({
      ...{ state: 'connected', scopes: ['pay'], missingScopes: ['refund'] },
    });
    for (let times = 0; times < 3; times += 1) await call();
    expect(warnings()).toHaveLength(1);
    expect(await connect(office.admin, slug)).toContain('signIn=connected');
    expect(asked(issuer)).toBe('pay refund');
    expect(await text()).toBe('done');
    expect(await missing()).toBeUndefined();
    expect((await signInOf(office.admin, slug))?.scopes).toEqual(['pay', 'refund']);
  });

  it('that come one after the other are all asked for, whoever does not come back meanwhile', async () => {
    for (const needs of [['write'], ['refund']]) {
      server.needs = needs;
      await call();
    }
    await until(async () => (await missing())?.length === 2);
    expect(warnings().map(({ fields }) => fields['missing'])).toEqual([['write'], ['write', 'refund']]);
    await askToConnect(office.admin, slug);
    expect(await missing()).toEqual(['write', 'refund']);
    await connect(office.admin, slug);
    expect(asked(issuer)).toBe('pay write refund');
  });

  it('are remembered while a sign-in that is over is begun anew, twice', async () => {
    server.needs = ['refund'];
    await call();
    await until(async () => (await missing()) !== undefined);
    issuer.refreshTokens.clear();
    clock.pass(3_600_000);
    await call();
    expect(await signInOf(office.admin, slug)).toMatchObject({
      state: 'needs_sign_in',
      missingScopes: ['refund'],
    });
    await askToConnect(office.admin, slug);
    await connect(office.admin, slug);
    expect(asked(issuer)).toBe('pay refund');
    expect(await text()).toBe('done');
  });

  it('is named again, and no more than that, where a new sign-in does not help', async () => {
    server.needs = ['refund'];
    server.lack = 'Bearer error="insufficient_scope", scope="pay"';
    await call();
    await until(async () => (await missing()) !== undefined);
    // It has what the server names: nothing is known that would help.
    expect(await missing()).toEqual([]);
    const tokens = issuer.to('/token').length;
    await connect(office.admin, slug);
    expect(asked(issuer)).toBe('pay');
    expect(await missing()).toBeUndefined();
    const before = posts();
    for (let times = 0; times < 3; times += 1) await call();
    await until(async () => (await missing()) !== undefined);
    expect(posts() - before).toBe(3);
    expect(issuer.to('/token').length - tokens).toBe(1);
    expect(warnings()).toHaveLength(2);
  });

  it.each([
    ['no scopes at all', 'Bearer error="insufficient_scope"', []],
    ['texts that are none', 'Bearer error="insufficient_scope", scope="a\\\\b \\"c<x> good"', ['good']],
    [
      'more than are kept',
      `Bearer error="insufficient_scope", scope="${'x'.repeat(129)} ${names(40)}"`,
      names(12).split(' '),
    ],
  ])('may say %s', async (_, lack, found) => {
    server.needs = ['never'];
    server.lack = lack;
    await call();
    await until(async () => (await missing()) !== undefined);
    expect(await missing()).toEqual(found);
    server.lack = `Bearer error="insufficient_scope", scope="${names(40, 'other')}"`;
    await call();
    await call();
    await until(async () => (await missing())?.length === 12);
    expect(outcomeOf(await connect(office.admin, slug))).toBe('connected');
  });

  it.each([
    ['another error', 'Bearer error="invalid_token", scope="x"'],
    ['another scheme', 'Basic error="insufficient_scope", scope="x"'],
    ['no error', 'Bearer scope="x"'],
  ])('is none with %s', async (_, lack) => {
    server.needs = ['never'];
    server.lack = lack;
    expect((await call()).text).toContain('refused the credentials');
    expect(await missing()).toBeUndefined();
    expect(warnings()).toEqual([]);
  });

  it('is asked for what a person names, whatever is missing', async () => {
    server.needs = ['refund'];
    await call();
    await until(async () => (await missing()) !== undefined);
    await connect(office.admin, slug, { scopes: ['read'] });
    expect(asked(issuer)).toBe('read');
    expect(await missing()).toBeUndefined();
  });

  it('gets a token of a machine with them, too', async () => {
    issuer.clients.set('robot', 'a-secret');
    const params = { server: slug };
    const body = { grant: 'client_credentials' as const, clientId: 'robot', clientSecret: 'a-secret' };
    expectOk(await office.admin.client.servers.connect({ params, body }));
    server.needs = ['refund'];
    await call();
    await until(async () => (await missing()) !== undefined);
    expectOk(await office.admin.client.servers.connect({ params, body: { grant: 'client_credentials' } }));
    expect(issuer.to('/token').at(-1)?.form['scope']).toBe('pay refund');
    expect(await text()).toBe('done');
  });
});

describe('of several processes', () => {
  let office: Office;
  let issuer: AuthorizationServer;
  let server: ProtectedServer;
  beforeAll(async () => {
    issuer = await startAuthorizationServer();
    server = await startProtectedServer(issuer);
    office = await bootOffice({ workers: 2 });
  }, START_MS);
  afterAll(async () => {
    await office[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  it('whichever sees what is missing, the one that holds the store says it once', async () => {
    const token = await registered(office, 'pay', { url: server.url });
    await connect(office.admin, 'pay');
    server.needs = ['pay', 'refund'];
    await Promise.all(Array.from({ length: 20 }, () => callAt(office.test.endpoint('pay'), token)));
    await until(async () => (await missingAt(office.admin, 'pay')) !== undefined);
    expect(await missingAt(office.admin, 'pay')).toEqual(['refund']);
    expect(warningsOf(office)).toHaveLength(1);
    await connect(office.admin, 'pay');
    expect(await textAt(office.test.endpoint('pay'), token)).toBe('done');
    expect(await missingAt(office.admin, 'pay')).toBeUndefined();
  });
});

describe('of replicas', () => {
  let replicas: Replicas;
  let issuer: AuthorizationServer;
  let server: ProtectedServer;
  beforeAll(async () => {
    issuer = await startAuthorizationServer();
    server = await startProtectedServer(issuer);
    replicas = await bootReplicas({});
  }, START_MS);
  afterAll(async () => {
    await replicas[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  });

  it('what one of them sees is said by both, and asked for by both', async () => {
    const token = await registered(replicas.one, 'pay', { url: server.url });
    await connect(replicas.one.admin, 'pay');
    const endpoints = replicas.endpoints('pay');
    for (const endpoint of endpoints) await until(async () => (await textAt(endpoint, token)) === 'done');
    server.needs = ['pay', 'refund'];
    for (const endpoint of endpoints) await callAt(endpoint, token);
    await until(async () => (await missingAt(replicas.one.admin, 'pay')) !== undefined);
    await connect(replicas.one.admin, 'pay');
    expect(asked(issuer)).toBe('pay refund');
    for (const endpoint of endpoints) await until(async () => (await textAt(endpoint, token)) === 'done');
    expect(await missingAt(replicas.one.admin, 'pay')).toBeUndefined();
  });
});

function names(count: number, name = 'scope'): string {
  return Array.from({ length: count }, (_, at) => `${name}${at}`).join(' ');
}

function outcomeOf(location: string): string | null {
  return new URL(location).searchParams.get('signIn');
}
