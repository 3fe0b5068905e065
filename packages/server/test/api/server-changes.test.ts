import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALLOW_ALL } from '../support/gateway.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { answer, type Stub, startStub } from '../support/stub.ts';

let stub: Stub;
let office: Office;
beforeAll(async () => {
  stub = await startStub({ era: 'modern', tools: [{ name: 'pay' }] });
  office = await bootOffice();
});
afterAll(async () => {
  await office[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const api = () => office.admin.client.servers;
const create = (body: { slug: string; [name: string]: unknown }) => api().create({ body });
const tagOf = async (server: string) => {
  const answer = await api().show({ params: { server } });
  return (answer.ok ? answer.etag : undefined) ?? '';
};
const faults = (answer: Awaited<ReturnType<typeof create>>) =>
  answer.ok ? [] : (answer.problem.errors ?? []).map(({ pointer }) => pointer);

describe('a server that is registered through the API', () => {
  it('serves at once, with its own credentials, until it is removed', async () => {
    const query = `${stub.url}?key=first%20key`;
    const made = expectOk(await create({ slug: 'pay', url: query, headers: { 'X-Key': 'first' } }));
    expect(made).toMatchObject({ origin: 'api', state: 'idle', settings: { url: stub.url } });
    const params = { server: 'pay' };
    expect(expectOk(await api().probe({ params }))).toEqual({
      state: 'ready',
      era: 'modern',
      protocol: '2026-07-28',
      tools: 1,
    });
    const body = { name: 'robot', server: 'pay', policy: 'all' };
    const { id, token } = expectOk(await office.admin.client.grants.mint({ body }));
    const called = () => post(office.test.endpoint('pay'), token, modernCall('pay'));
    expect((await called()).status).toBe(200);
    expect(stub.calls().at(-1)?.headers['x-key']).toBe('first');
    const ifMatch = await tagOf('pay');
    const changed = await api().credentials({ params, ifMatch, body: { headers: { 'X-Key': 'second' } } });
    expect(expectOk(changed).credentials.map(({ in: place, name }) => `${place} ${name}`)).toEqual([
      'headers X-Key',
      'query key',
    ]);
    await called();
    expect(stub.calls().at(-1)?.headers['x-key']).toBe('second');
    expect(problemOf(await api().remove({ params, ifMatch }))).toBe('precondition_failed');
    expect(problemOf(await api().remove({ params, ifMatch: await tagOf('pay') }))).toBe('server_in_use');
    await office.gateway.store.grants.setState(id, 'revoked');
    expectOk(await api().remove({ params, ifMatch: await tagOf('pay') }));
    expect(problemOf(await api().show({ params }))).toBe('not_found');
    expect((await called()).status).toBe(401);
  });

  it('E-14 deleted and made again, is opened by no grant from before', async () => {
    expectOk(await create({ slug: 'again', url: stub.url }));
    const params = { server: 'again' };
    expect(expectOk(await api().probe({ params })).tools).toBe(1);
    const body = { name: 'of the first', server: 'again', policy: 'all' };
    const { grants } = office.admin.client;
    const { id, token } = expectOk(await grants.mint({ body }));
    const { id: other } = expectOk(await grants.mint({ body: { ...body, name: 'paused' } }));
    expectOk(await grants.revoke({ params: { grant: id } }));
    expectOk(await grants.pause({ params: { grant: other } }));
    // One that could be resumed would open what comes under the name.
    expect(problemOf(await api().remove({ params, ifMatch: await tagOf('again') }))).toBe('server_in_use');
    expectOk(await grants.revoke({ params: { grant: other } }));
    expectOk(await api().remove({ params, ifMatch: await tagOf('again') }));
    expectOk(await create({ slug: 'again', url: stub.url }));
    const called = await post(office.test.endpoint('again'), token, modernCall('pay'));
    expect(called.status).toBe(401);
    expect(problemOf(await grants.resume({ params: { grant: other } }))).toBe('grant_revoked');
    expect(expectOk(await api().list()).items.find(({ slug }) => slug === 'again')?.tools).toEqual([]);
  });

  it('is refused to agents while it is disabled, keeps what it has, and is back at once', async () => {
    const params = { server: 'out' };
    expectOk(await create({ slug: 'out', url: stub.url, headers: { 'X-Key': 'kept' } }));
    const body = { name: 'of out', server: 'out', policy: 'all' };
    const { token } = expectOk(await office.admin.client.grants.mint({ body }));
    const status = async () => (await post(office.test.endpoint('out'), token, modernCall('pay'))).status;
    const set = async (disabled: boolean | null) =>
      expectOk(await api().update({ params, ifMatch: await tagOf('out'), body: { disabled } }));
    expect(await status()).toBe(200);
    expect(await set(true)).toMatchObject({
      state: 'stopped',
      reason: 'it is disabled in its settings: agents are refused',
      settings: { disabled: true },
    });
    const before = stub.received.length;
    expect(await status()).toBe(401);
    expect(expectOk(await api().probe({ params }))).toMatchObject({
      state: 'failing',
      problem: 'it is disabled in its settings: agents are refused',
    });
    expect(stub.received).toHaveLength(before);
    expect((await set(null)).settings).not.toHaveProperty('disabled');
    expect(await status()).toBe(200);
    expect(stub.calls().at(-1)?.headers['x-key']).toBe('kept');
  });

  it('has its results held against what its tools declare from when its settings say so', async () => {
    await using billing = await startStub({
      era: 'modern',
      tools: [{ name: 'bill', outputSchema: { type: 'object', required: ['state'] } }],
      onCall: ({ message }, response) => {
        const result = { resultType: 'complete', content: [], structuredContent: {} };
        answer(response, { jsonrpc: '2.0', id: message.id, result });
        return true;
      },
    });
    const params = { server: 'billing' };
    expectOk(await create({ slug: 'billing', url: billing.url }));
    const body = { name: 'of billing', server: 'billing', policy: 'all' };
    const { token } = expectOk(await office.admin.client.grants.mint({ body }));
    const isError = async () =>
      (await post(office.test.endpoint('billing'), token, modernCall('bill'))).body.result?.isError;
    expect(await isError()).toBeUndefined();
    const changed = await api().update({
      params,
      ifMatch: await tagOf('billing'),
      body: { results: 'block' },
    });
    expect(expectOk(changed).settings).toMatchObject({ results: 'block' });
    expect(await isError()).toBe(true);
    const query = { status: 'blocked' } as const;
    const faultsNoted = async () =>
      expectOk(await office.admin.client.decisions.list({ query })).items.map(
        ({ fate }) => fate?.resultFault,
      );
    await until(async () => (await faultsNoted()).length === 1);
    expect(await faultsNoted()).toEqual([expect.stringContaining("does not match the tool's output schema")]);
  });

  it('is made once for an Idempotency-Key, and once for its name', async () => {
    const sent = { body: { slug: 'once', url: stub.url }, idempotencyKey: 'once' };
    const one = expectOk(await api().create(sent));
    expect(expectOk(await api().create(sent))).toEqual(one);
    expect(problemOf(await create(sent.body))).toBe('name_taken');
    expect(problemOf(await create({ ...sent.body, slug: 's' }))).toBe('declared_by_file');
  });

  it('is another organisation’s own, which starts no program', async () => {
    const elsewhere = await office.elsewhere();
    const { client } = await office.somebody('admin', elsewhere);
    expectOk(await client.servers.create({ body: { slug: 'once', url: stub.url } }));
    const program = { slug: 'program', command: process.execPath };
    expect(faults(await client.servers.create({ body: program }))).toEqual(['/command']);
    expect(expectOk(await client.servers.list()).items.map(({ slug }) => slug)).toEqual(['once']);
    expect(problemOf(await client.servers.show({ params: { server: 's' } }))).toBe('not_found');
    expect(expectOk(await create(program)).settings.command).toBe(process.execPath);
  });

  it('takes nothing from the environment of the gateway, and no field that is not its own', async () => {
    const headers = { authorization: 'Bearer ${env:TEST_GRANT}' };
    expect(faults(await create({ slug: 'thief', url: stub.url, headers }))).toEqual([
      '/headers/authorization',
    ]);
    expect(faults(await create({ slug: 'thief', url: '${TEST_GRANT:-x}' }))).toEqual(['/url']);
    expect(faults(await create({ slug: 'thief', url: stub.url, organization: 'x' }))).toEqual([
      '/organization',
    ]);
    expect(faults(await create({ slug: 'thief' }))).toEqual(['']);
    expect(faults(await create({ slug: 'thief', url: 'http://user:pass@x/' }))).toEqual(['/url']);
  });

  it('is held to bounds where it is a program, until they are taken away', async () => {
    const bounds = { memory_mib: 4_096, open_files: 64 };
    expect(faults(await create({ slug: 'bounded', url: stub.url, bounds }))).toEqual(['/bounds']);
    const command = process.execPath;
    expect(faults(await create({ slug: 'bounded', command, bounds: { memory_mib: 1 } }))).toEqual([
      '/bounds/memory_mib',
    ]);
    expect(expectOk(await create({ slug: 'bounded', command, bounds })).settings).toEqual({
      command,
      bounds,
    });
    const params = { server: 'bounded' };
    const body = { bounds: null };
    const freed = await api().update({ params, ifMatch: await tagOf('bounded'), body });
    expect(expectOk(freed).settings).toEqual({ command });
  });

  it('keeps its credentials when it moves only if they are given again', async () => {
    const body = { slug: 'moved', url: stub.url, headers: { 'x-key': 'kept' } };
    expectOk(await create(body));
    const move = async (more: object) =>
      api().update({
        params: { server: 'moved' },
        ifMatch: await tagOf('moved'),
        body: { url: 'http://127.0.0.1:9/', ...more },
      });
    expect(faults(await move({}))).toEqual(['/headers']);
    expect(expectOk(await move({ url: `${stub.url}/other` })).credentials).toHaveLength(1);
    expect(expectOk(await move({ headers: null, drift: 'hold' }))).toMatchObject({
      settings: { drift: 'hold', url: 'http://127.0.0.1:9/' },
      credentials: [],
    });
    expect(expectOk(await api().probe({ params: { server: 'moved' } }))).toMatchObject({ state: 'failing' });
  });

  it('gives way to one that the configuration file declares', async () => {
    expectOk(await create({ slug: 'both', url: 'http://127.0.0.1:9/' }));
    const mcpServers = { s: { url: stub.url }, both: { url: stub.url } };
    const { configFile } = office.test;
    const grants = { test: { server: 's', policy: 'all', token: office.test.token } };
    await writeFile(configFile, JSON.stringify({ mcpServers, policies: { all: ALLOW_ALL }, grants }));
    const params = { server: 'both' };
    await until(async () => expectOk(await api().show({ params })).shadowed);
    expect(expectOk(await api().show({ params }))).toMatchObject({
      origin: 'file',
      settings: { url: new URL(stub.url).origin },
    });
    expect(problemOf(await api().remove({ params, ifMatch: '"1"' }))).toBe('declared_by_file');
    expect(expectOk(await api().probe({ params })).state).toBe('ready');
    expect(JSON.stringify(office.test.lines)).toContain('the configuration file declares its name');
  });

  // The last one: the office does not know the gateway after this.
  it('is there after a restart, with what it presents', async () => {
    expectOk(await create({ slug: 'lasting', url: stub.url, headers: { 'x-key': 'lasting' } }));
    const body = { name: 'lasting', server: 'lasting', policy: 'all' };
    const { token } = expectOk(await office.admin.client.grants.mint({ body }));
    await office.test.restart();
    const called = await post(office.test.endpoint('lasting'), token, modernCall('pay'));
    expect([called.status, stub.calls().at(-1)?.headers['x-key']]).toEqual([200, 'lasting']);
  });
});
