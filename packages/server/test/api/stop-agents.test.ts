import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvents } from '../support/events.ts';
import { ALLOW_ALL } from '../support/gateway.ts';
import { bootOffice, expectOk, type Office, problemOf } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';

/** Also what a worker decides by comes from the process that holds the store. */
describe.each([1, 2])('E-13 a stopped organisation, with %i processes that answer agents', (workers) => {
  let stub: Stub;
  let office: Office;
  /** What the server waits for before it answers a call. */
  let held: Promise<void> | undefined;
  beforeAll(async () => {
    stub = await startStub({
      era: 'modern',
      tools: [{ name: 'pay' }],
      onCall: async () => {
        await held;
        return false;
      },
    });
    office = await bootOffice(workers === 1 ? {} : { workers }, {
      mcpServers: { s: { url: stub.url } },
      policies: { all: ALLOW_ALL },
    });
  });
  afterAll(async () => {
    await office[Symbol.asyncDispose]();
    await stub[Symbol.asyncDispose]();
  });

  const mint = async (name: string) =>
    expectOk(await office.admin.client.grants.mint({ body: { name, server: 's', policy: 'all' } })).token;
  const call = (token: string) => post(office.test.endpoint('s'), token, modernCall('pay'));
  const stop = async (agentsStopped: boolean, by = office.admin) => {
    const { settings } = by.client;
    const read = await office.admin.client.settings.read();
    return settings.change({ body: { agentsStopped }, ifMatch: (read.ok ? read.etag : undefined) ?? '' });
  };
  const isStopped = async () => expectOk(await office.admin.client.session.read()).organization.agentsStopped;

  it('refuses the next call of every grant and forwards nothing, until agents are let in again', async () => {
    const tokens = await Promise.all([mint('one'), mint('other')]);
    for (const token of tokens) expect((await call(token)).status).toBe(200);
    const before = stub.calls().length;
    expect(expectOk(await stop(true))).toMatchObject({ agentsStopped: true });
    expect(await isStopped()).toBe(true);
    for (const token of tokens) expect((await call(token)).status).toBe(401);
    expect((await call(await mint('minted meanwhile'))).status).toBe(401);
    expect(stub.calls()).toHaveLength(before);
    expectOk(await stop(false));
    for (const token of tokens) expect((await call(token)).status).toBe(200);
  });

  it('says in the row of a call that was under way that it was stopped meanwhile', async () => {
    const token = await mint('under way');
    const release = Promise.withResolvers<void>();
    held = release.promise;
    const before = stub.calls().length;
    const called = call(token);
    await until(() => stub.calls().length > before);
    expectOk(await stop(true));
    release.resolve();
    expect((await called).status).toBe(200);
    await until(async () => (await newestOf('under way'))?.grantBecame === 'stopped');
    expectOk(await stop(false));
  });

  const newestOf = async (grant: string) =>
    (await office.gateway.store.decisions.query({ grant, limit: 1 }))[0]?.outcomeRow;

  it('ends open streams', async () => {
    const token = await mint('listens');
    await using stream = await openEvents(`${office.test.endpoint('s')}sse`, { token });
    expect(stream.isOver()).toBe(false);
    expectOk(await stop(true));
    await until(() => stream.isOver());
    expectOk(await stop(false));
  });

  it('is stopped by admins alone, and each time leaves a row', async () => {
    expect(problemOf(await stop(true, await office.somebody('policy_manager')))).toBe('forbidden');
    expectOk(await stop(true));
    expectOk(await stop(false));
    const { items } = expectOk(await office.admin.client.audit.list({ query: { limit: 50 } }));
    // Rows of requests that were refused meanwhile come when they come.
    const [last, first] = items.filter(({ action }) => action === 'settings.changed');
    expect([first?.after, last?.after]).toMatchObject([{ agentsStopped: true }, { agentsStopped: false }]);
  });

  it('does not stop those of another organisation, and stays stopped over a restart', async () => {
    const elsewhere = await office.elsewhere();
    const founder = await office.somebody('admin', elsewhere);
    expectOk(await founder.client.servers.create({ body: { slug: 'theirs', url: stub.url } }));
    expectOk(await founder.client.policies.create({ body: { name: 'all', document: ALLOW_ALL as never } }));
    const body = { name: 'theirs', server: 'theirs', policy: 'all' };
    const theirs = expectOk(await founder.client.grants.mint({ body })).token;
    const ours = await mint('ours');
    expectOk(await stop(true));
    const called = () => post(office.test.endpoint('theirs'), theirs, modernCall('pay'));
    expect([(await called()).status, (await call(ours)).status]).toEqual([200, 401]);
    await office.test.restart();
    expect([(await called()).status, (await call(ours)).status]).toEqual([200, 401]);
  });
});
