import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts';
import { askToConnect, comeBack, connect, consent, registered } from '../support/connecting.ts';
import { ALLOW_ALL } from '../support/gateway.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { type ProtectedServer, startProtectedServer } from '../support/protected-server.ts';
import { bootReplicas } from '../support/replicas.ts';
import { modernCall, post } from '../support/rpc.ts';

const START_MS = 120_000;

let issuer: AuthorizationServer;
let server: ProtectedServer;
beforeEach(async () => {
  issuer = await startAuthorizationServer();
  server = await startProtectedServer(issuer);
  return async () => {
    await server[Symbol.asyncDispose]();
    await issuer[Symbol.asyncDispose]();
  };
});

const textAt = async (endpoint: string, token: string) =>
  (await post(endpoint, token, modernCall('pay'))).body.result?.content?.[0]?.text;

describe('a sign-in at a server that the configuration file declares', () => {
  let office: Office;
  beforeEach(async () => {
    office = await bootOffice({}, { mcpServers: { pay: { url: server.url } } });
  });
  afterEach(() => office[Symbol.asyncDispose]());

  const params = { server: 'pay' };
  const text = () => textAt(office.test.endpoint('pay'), office.test.token);
  const signIn = async () => expectOk(await office.admin.client.servers.show({ params })).signIn;
  const presented = () => server.heads.at(-1)?.headers.authorization;
  /** The file as somebody edits it, in force before anything else is asked. */
  async function edit(mcpServers: Readonly<Record<string, object>>): Promise<void> {
    const grants = Object.keys(mcpServers).map((name) => [
      name === 'pay' ? 'test' : name,
      { server: name, policy: 'all', token: '${env:TEST_GRANT}' },
    ]);
    const file = { mcpServers, policies: { all: ALLOW_ALL }, grants: Object.fromEntries(grants) };
    const before = office.test.lines.length;
    await writeFile(office.test.configFile, JSON.stringify(file));
    await until(async () =>
      office.test.lines.slice(before).some(({ message }) => message.includes('configuration')),
    );
  }

  it('begins in a browser as anywhere, and is used at once and after a restart', async () => {
    expect(await text()).not.toBe('done');
    expect(expectOk(await office.admin.client.servers.probe({ params })).wantsSignIn).toBe(true);
    expect(await connect(office.admin, 'pay')).toContain('signIn=connected');
    expect(await signIn()).toMatchObject({ state: 'connected', scopes: ['pay'], renews: true });
    expect(await text()).toBe('done');
    const { items } = expectOk(await office.admin.client.audit.list());
    expect(items[0]).toMatchObject({ action: 'server.signed_in', target: { name: 'pay' } });
    expect(JSON.stringify(items)).not.toContain(server.url);
    await office.test.restart();
    expect(await text()).toBe('done');
  });

  it('ends by Disconnect, and is no business of others than admins', async () => {
    await connect(office.admin, 'pay');
    const manager = await office.somebody('policy_manager');
    expect(problemOf(await manager.client.servers.disconnect({ params }))).toBe('forbidden');
    expect((await office.admin.client.servers.disconnect({ params })).status).toBe(204);
    expect(issuer.to('/revoke')).toHaveLength(1);
    expect(await signIn()).toBeUndefined();
    expect(await text()).not.toBe('done');
    expect(presented()).toBeUndefined();
  });

  it('is for its address: the file that changes it gets no token there, and it again when it comes back', async () => {
    await connect(office.admin, 'pay');
    await using other = await startProtectedServer(issuer);
    await edit({ pay: { url: other.url } });
    expect(await signIn()).toBeUndefined();
    expect(await text()).not.toBe('done');
    expect(other.heads.map(({ headers }) => headers.authorization)).toEqual(other.heads.map(() => undefined));
    await edit({ pay: { url: server.url } });
    expect(await text()).toBe('done');
  });

  it('comes after what the file presents itself', async () => {
    await connect(office.admin, 'pay');
    await edit({ pay: { url: server.url, headers: { Authorization: 'Bearer canary-of-the-file' } } });
    expect(await text()).not.toBe('done');
    expect(presented()).toBe('Bearer canary-of-the-file');
    expect(await signIn()).toBeUndefined();
    const refused = await office.admin.client.servers.connect({ params, body: {} });
    expect(problemOf(refused)).toBe('sign_in_not_possible');
  });

  it('that was begun does not end at a server that the file changed meanwhile', async () => {
    const { cookie, url } = await askToConnect(office.admin, 'pay');
    await using other = await startProtectedServer(issuer);
    await edit({ pay: { url: other.url } });
    const { headers } = await comeBack(office.admin, await consent(url), cookie);
    expect(headers['location']).toContain('signIn=sign_in_not_possible');
    expect(issuer.to('/token')).toEqual([]);
  });

  it('stays with the store when the file drops the server, goes nowhere, and is forgotten by its name', async () => {
    await connect(office.admin, 'pay');
    const heads = server.heads.length;
    await edit({ other: { url: server.url } });
    expect(await textAt(office.test.endpoint('other'), office.test.token)).not.toBe('done');
    expect(server.heads.slice(heads).map(({ headers }) => headers.authorization)).not.toContain(
      expect.stringContaining('Bearer'),
    );
    const unknown = { params: { server: 'nobody' } };
    expect(problemOf(await office.admin.client.servers.disconnect(unknown))).toBe('not_found');
    const elsewhere = await office.somebody('admin', await office.elsewhere());
    expect(problemOf(await elsewhere.client.servers.disconnect({ params }))).toBe('not_found');
    expect((await office.admin.client.servers.disconnect({ params })).status).toBe(204);
    // Nobody says any more that its authorization server may be on this machine: that hears nothing.
    expect(await office.gateway.store.serverSignIns.findNamed('default', 'pay')).toBeUndefined();
    expect(problemOf(await office.admin.client.servers.disconnect({ params }))).toBe('not_found');
    await edit({ pay: { url: server.url } });
    expect(await text()).not.toBe('done');
  });

  it('is no sign-in of a server that another organisation registers under the same name', async () => {
    await connect(office.admin, 'pay');
    const elsewhere = await office.somebody('admin', await office.elsewhere());
    const made = await elsewhere.client.servers.create({ body: { slug: 'pay', url: server.url } });
    expectOk(made);
    expect(expectOk(await elsewhere.client.servers.show({ params })).signIn).toBeUndefined();
  });
});

it('of one that the file declares over a stored one is that of the address, whoever began it', async () => {
  await using office = await bootOffice();
  await registered(office, 'pay', { url: server.url });
  await connect(office.admin, 'pay');
  const plain = await startProtectedServer({ ...issuer, isGood: () => true });
  const file = {
    mcpServers: { pay: { url: plain.url } },
    policies: { all: ALLOW_ALL },
    grants: { test: { server: 'pay', policy: 'all', token: '${env:TEST_GRANT}' } },
  };
  await writeFile(office.test.configFile, JSON.stringify(file));
  // A server that never wanted a sign-in goes on without one.
  await until(async () => (await textAt(office.test.endpoint('pay'), office.test.token)) === 'done');
  expect(plain.heads.map(({ headers }) => headers.authorization)).not.toContain(
    expect.stringContaining('Bearer'),
  );
  await plain[Symbol.asyncDispose]();
});

it('is presented by all processes that answer agents', { timeout: START_MS }, async () => {
  await using office = await bootOffice({ workers: 2 }, { mcpServers: { pay: { url: server.url } } });
  await connect(office.admin, 'pay');
  const ask = () => textAt(office.test.endpoint('pay'), office.test.token);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set(['done']));
});

it('is presented by all replicas whose files declare the server', { timeout: START_MS }, async () => {
  await using replicas = await bootReplicas({ mcpServers: { pay: { url: server.url } } });
  await connect(replicas.one.admin, 'pay');
  for (const endpoint of replicas.endpoints('pay'))
    await until(async () => (await textAt(endpoint, replicas.one.test.token)) === 'done');
});
