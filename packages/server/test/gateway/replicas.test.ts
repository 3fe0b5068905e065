import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY, migratePostgres } from '../../src/index.ts';
import { AGENTS, type AgentClient, connectAgent, textOf } from '../support/clients.ts';
import { openEvents } from '../support/events.ts';
import { bootGateway } from '../support/gateway.ts';
import { expectOk, type Somebody } from '../support/people.ts';
import { until } from '../support/programs.ts';
import { bootReplicas, type Replicas } from '../support/replicas.ts';
import { modernCall, post, type RawAnswer } from '../support/rpc.ts';
import { openSession } from '../support/session.ts';
import { PATIENT_MS } from '../support/stores.ts';
import type { Stub } from '../support/stub.ts';
import {
  AMOUNT,
  AT_ONCE,
  type BothEras,
  limitedPolicy,
  MAX,
  ROUNDS,
  SPENDS,
  startBothEras,
} from '../support/two-eras.ts';

const PROCESS = fileURLToPath(new URL('../support/gateway-process.ts', import.meta.url));
const START_MS = 60_000;
/** Milliseconds in which what was changed on one replica counts on the other (gateway §1). */
const NOTICED_MS = 1_000;
/** The same when Postgres does not tell it. */
const CUT_MS = 5_000;

const POLICY = limitedPolicy([{ counter: 'hanging', concurrent: 1 }]);

describe.each([
  { place: 'Postgres', withRedis: false },
  { place: 'Postgres with Redis', withRedis: true },
])('on $place', ({ withRedis }) => {
  let replicas: Replicas;
  let approver: Somebody;
  let servers: BothEras;
  let stub: Stub;
  let old: Stub;
  let hanging: BothEras['hanging'];

  beforeAll(async () => {
    servers = await startBothEras();
    ({ modern: stub, legacy: old, hanging } = servers);
    replicas = await bootReplicas(
      {
        mcpServers: { s: { url: stub.url, era: 'modern' }, old: { url: old.url } },
        policies: { p: POLICY },
        holdMs: 20_000,
      },
      { withRedis },
    );
    approver = await replicas.one.somebody('approver');
  }, 2 * START_MS);

  afterAll(async () => {
    await replicas[Symbol.asyncDispose]();
    await servers[Symbol.asyncDispose]();
  });

  /** What a further replica is started with, on a database. */
  const shared = (database: string) => ({
    ...{ database, config: replicas.one.test.configFile, databasePatienceMs: PATIENT_MS },
    ...(replicas.redis === undefined ? {} : { redis: replicas.redis }),
  });

  const ONE = 0;
  const OTHER = 1;
  type At = typeof ONE | typeof OTHER;

  const endpoint = (at: At, server = 's'): string => replicas.endpoints(server)[at];
  const call = (at: At, token: string, name = 'free', args: object = {}): Promise<RawAnswer> =>
    post(endpoint(at), token, modernCall(name, args));
  const isAllowed = ({ body }: RawAnswer): boolean =>
    body.result !== undefined && body.result.isError !== true && body.error === undefined;
  const saidBy = ({ body, text }: RawAnswer): string => body.result?.content?.[0]?.text ?? text;
  // A cast: the contract takes documents as texts, too, and has one type for both.
  const documentOf = (policy: object): string => ({ version: '1', ...policy }) as unknown as string;

  /** A grant of its own, as an admin mints it at one replica. */
  async function granted(server = 's') {
    const { grants } = replicas.one.admin.client;
    const minted = expectOk(await grants.mint({ body: { name: crypto.randomUUID(), server, policy: 'p' } }));
    return { id: minted.id, token: minted.token };
  }

  /** The same, as soon as the other replica knows it. */
  async function known(server = 's') {
    const grant = await granted(server);
    const opens = () => post(endpoint(OTHER, server), grant.token, modernCall('free'));
    await until(async () => (await opens()).status !== 401);
    return grant;
  }

  /** Milliseconds until something is so. */
  async function within(isSo: () => Promise<boolean>): Promise<number> {
    const sinceMs = performance.now();
    await until(isSo);
    return performance.now() - sinceMs;
  }

  describe('what is changed on one replica counts on the other within a second', () => {
    it('a grant that is minted, at its first use', async () => {
      const { token } = await granted();
      expect((await call(OTHER, token)).status).toBe(200);
    });

    it('a grant that is revoked, and one that is paused and resumed', async () => {
      const { id, token } = await known();
      const { grants } = replicas.one.admin.client;
      const opens = async () => (await call(OTHER, token)).status === 200;
      expectOk(await grants.pause({ params: { grant: id } }));
      expect(await within(async () => !(await opens()))).toBeLessThan(NOTICED_MS);
      expectOk(await grants.resume({ params: { grant: id } }));
      expect(await within(opens)).toBeLessThan(NOTICED_MS);
      expectOk(await replicas.atOther(replicas.one.admin).client.grants.revoke({ params: { grant: id } }));
      expect(await within(async () => (await call(ONE, token)).status === 401)).toBeLessThan(NOTICED_MS);
    });

    it('a policy that is saved, and attached', async () => {
      const { policies } = replicas.one.admin.client;
      const name = 'saved';
      expectOk(await policies.create({ body: { name, document: documentOf({ default: 'allow' }) } }));
      const { id, token } = await known();
      expectOk(await policies.attach({ params: { grant: id }, body: { policy: name } }));
      const document = documentOf({ default: 'deny' });
      expectOk(await policies.save({ params: { policy: name }, body: { document }, ifMatch: '"1"' }));
      // Until the policy is there too, the grant that was attached to it is refused by none.
      const newest = async () => (await replicas.other.gateway.store.decisions.query({ limit: 1 }))[0]?.row;
      const isDenied = async () =>
        saidBy(await call(OTHER, token)).includes('POLICY DENIED') && (await newest())?.policy !== '';
      expect(await within(isDenied)).toBeLessThan(NOTICED_MS);
      expect(await newest()).toMatchObject({ policy: name, policyVersion: 2, outcome: 'deny' });
    });

    it('agents of the organisation that are stopped, and let in again', async () => {
      const { token } = await known();
      const { settings } = replicas.one.admin.client;
      const stop = async (agentsStopped: boolean) => {
        const read = await settings.read();
        const ifMatch = (read.ok ? read.etag : undefined) ?? '';
        expectOk(await settings.change({ body: { agentsStopped }, ifMatch }));
      };
      const opens = async () => (await call(OTHER, token)).status === 200;
      await stop(true);
      expect(await within(async () => !(await opens()))).toBeLessThan(NOTICED_MS);
      await stop(false);
      expect(await within(opens)).toBeLessThan(NOTICED_MS);
    });

    it('an organisation that is removed', async () => {
      const { one, other } = replicas;
      const id = await one.elsewhere();
      const { client, member } = await one.somebody('admin', id);
      expectOk(await client.servers.create({ body: { slug: 'theirs', url: stub.url } }));
      const document = documentOf({ default: 'allow', tools: {} });
      expectOk(await client.policies.create({ body: { name: 'theirs', document } }));
      const body = { name: 'theirs', server: 'theirs', policy: 'theirs' };
      const { token } = expectOk(await client.grants.mint({ body }));
      const opens = async () =>
        (await post(endpoint(OTHER, 'theirs'), token, modernCall('free'))).status === 200;
      await until(opens);
      const { people } = other.gateway.store;
      expect(await people.members.find(id, member)).toBeDefined();
      const removed = await one.gateway.store.people.organizations.remove({ id, name: 'Elsewhere' }, GATEWAY);
      expect(removed).toMatchObject({ servers: 1, grants: 1 });
      expect(await within(async () => !(await opens()))).toBeLessThan(NOTICED_MS);
      expect(await people.members.find(id, member)).toBeUndefined();
      expect(isAllowed(await call(OTHER, (await known()).token))).toBe(true);
    });

    it('a server that is registered', async () => {
      const { servers } = replicas.one.admin.client;
      expectOk(await servers.create({ body: { slug: 'added', url: stub.url, era: 'modern' } }));
      const { token } = await granted('added');
      const added = () => post(endpoint(OTHER, 'added'), token, modernCall('free'));
      expect(await within(async () => isAllowed(await added()))).toBeLessThan(NOTICED_MS);
    });

    it('a person who signs out', async () => {
      const who = await replicas.one.somebody('viewer');
      const there = replicas.atOther(who);
      expectOk(await there.client.overview.read());
      expectOk(await who.client.session.signOut());
      expect((await there.client.overview.read()).ok).toBe(false);
    });
  });

  it('what is made with an Idempotency-Key on both at once is made once', async () => {
    const { one, atOther } = replicas;
    const body = { email: `${crypto.randomUUID()}@acme.example`, role: 'viewer' } as const;
    const idempotencyKey = crypto.randomUUID();
    const make = ({ client }: Pick<Somebody, 'client'>) =>
      client.invitations.create({ body, idempotencyKey });
    const made = await Promise.all([make(one.admin), make(atOther(one.admin)), make(one.admin)]);
    const answers = [...made, await make(atOther(one.admin))];
    const ids = answers.flatMap((answer) => (answer.ok ? [answer.body.id] : []));
    expect(new Set(ids).size).toBe(1);
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.problem.code]));
    expect(refused.filter((code) => code !== 'idempotency_in_progress')).toEqual([]);
  });

  describe('limits are exact over both', () => {
    it.each(ROUNDS)('exactly 50 of 500 parallel calls are let through, %s round', async (tool) => {
      const { id: grant, token } = await known();
      const before = stub.calls().length;
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, id) =>
          post(endpoint(id % 2 === 0 ? ONE : OTHER), token, modernCall(tool, {}, id)),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(answers.filter(isAllowed)).toHaveLength(MAX);
      expect(stub.calls()).toHaveLength(before + MAX);
      const { decisions } = replicas.other.gateway.store;
      const rows = await decisions.query({ limit: 10_000, target: tool, grant });
      expect(rows.map(({ row }) => row.outcome).sort()).toEqual([
        ...Array.from({ length: MAX }, () => 'allow'),
        ...Array.from({ length: AT_ONCE - MAX }, () => 'limit'),
      ]);
    });

    it('amounts are added up', async () => {
      const { token } = await known();
      const answers: RawAnswer[] = [];
      for (let count = 0; count < 2 * SPENDS; count += 1)
        answers.push(await call(count % 2 === 0 ? ONE : OTHER, token, 'spend', { amount: AMOUNT }));
      expect(answers.map(isAllowed)).toEqual(answers.map((_, at) => at < SPENDS));
    });

    it('calls in flight on one take their places from the other', async () => {
      const { token } = await known();
      const slow = call(ONE, token, 'hang');
      await until(() => hanging.length === 1);
      expect(saidBy(await call(OTHER, token, 'hang'))).toContain('POLICY DENIED');
      for (const go of hanging.splice(0)) go();
      expect(isAllowed(await slow)).toBe(true);
      // The place is given back with the next commit after the answer.
      const letGo = setInterval(() => void hanging.splice(0).map((go) => go()), 20);
      expect(await within(async () => isAllowed(await call(OTHER, token, 'hang')))).toBeLessThan(NOTICED_MS);
      clearInterval(letGo);
    });
  });

  describe('an approval', () => {
    it('that is asked for on one and decided on the other lets the call through where it is held', async () => {
      const { token } = await known();
      const before = stub.calls().length;
      const held = call(ONE, token, 'refund', { id: 1 });
      const approval = await waiting();
      const approvals = replicas.atOther(approver).client.approvals;
      expectOk(await approvals.approve({ params: { approval }, body: {} }));
      const decidedMs = performance.now();
      expect(isAllowed(await held)).toBe(true);
      expect(performance.now() - decidedMs).toBeLessThan(NOTICED_MS);
      expect(stub.calls()).toHaveLength(before + 1);
    });

    it('lets one call through on either, and no second', async () => {
      const { token } = await known();
      const gone = new AbortController();
      const request = { ...modernCall('refund', { id: 2 }), signal: gone.signal };
      const asked = post(endpoint(ONE), token, request).catch(() => undefined);
      const approval = await waiting();
      gone.abort();
      await asked;
      expectOk(await approver.client.approvals.approve({ params: { approval }, body: {} }));
      const before = stub.calls().length;
      const calls = [ONE, OTHER, ONE, OTHER].map((at) => call(at as At, token, 'refund', { id: 2 }));
      const next = await waiting();
      expectOk(await approver.client.approvals.deny({ params: { approval: next }, body: {} }));
      expect((await Promise.all(calls)).filter(isAllowed)).toHaveLength(1);
      expect(stub.calls()).toHaveLength(before + 1);
    });
  });

  describe('a call that waits for an approval', () => {
    it.each([ONE, OTHER] as const)(
      'is not sent when its session has ended, on whichever replica: %i',
      async (at) => {
        const { token } = await known('old');
        const session = await openSession({ endpoint: endpoint(ONE, 'old'), token });
        const before = old.calls().length;
        const held = session.call('refund', { id: 'ended' });
        const approval = await waiting();
        const own = { authorization: `Bearer ${token}`, ...session.headers };
        expect((await fetch(endpoint(at, 'old'), { method: 'DELETE', headers: own })).status).toBe(204);
        const endedMs = performance.now();
        expect(saidBy(await held)).toContain('[APPROVAL PENDING]');
        expect(performance.now() - endedMs).toBeLessThan(NOTICED_MS);
        expectOk(await approver.client.approvals.approve({ params: { approval }, body: {} }));
        expect(old.calls()).toHaveLength(before);
        // The approval is the grant's, and waits for it to call again.
        const again = await openSession({ endpoint: endpoint(OTHER, 'old'), token });
        expect(isAllowed(await again.call('refund', { id: 'ended' }))).toBe(true);
        expect(old.calls()).toHaveLength(before + 1);
      },
    );
  });

  /** The id of the one approval that waits, as the other replica knows it. */
  async function waiting(): Promise<string> {
    const { approvals } = replicas.other.gateway.store;
    const looked = { id: '' };
    await until(async () => {
      const [found] = await approvals.list({ states: ['waiting'], limit: 1 });
      looked.id = found?.id ?? '';
      return looked.id !== '';
    });
    return looked.id;
  }

  describe('a session', () => {
    it('that began on one goes on on the other, and ends for both', async () => {
      const { token } = await known('old');
      const session = await openSession({ endpoint: endpoint(ONE, 'old'), token });
      const there = () =>
        post(endpoint(OTHER, 'old'), token, {
          headers: session.headers,
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'free' } }),
        });
      expect(isAllowed(await session.call('free'))).toBe(true);
      expect(isAllowed(await there())).toBe(true);
      await using stream = await session.stream();
      const own = { authorization: `Bearer ${token}`, ...session.headers };
      expect((await fetch(endpoint(OTHER, 'old'), { method: 'DELETE', headers: own })).status).toBe(204);
      expect(await within(async () => (await session.call('free')).status === 404)).toBeLessThan(NOTICED_MS);
      expect(await within(async () => stream.isOver())).toBeLessThan(NOTICED_MS);
    });

    it.each(AGENTS)('of an official client works on each: %s', async (kind) => {
      const { token } = await known('old');
      const agents = await Promise.all(
        [ONE, OTHER].map((at) => connectAgent(kind, endpoint(at as At, 'old'), token)),
      );
      for (const agent of agents) await expectAnswers(agent);
      for (const agent of agents) await agent.close();
    });
  });

  async function expectAnswers(agent: AgentClient): Promise<void> {
    expect((await agent.listTools()).tools.map(({ name }) => name)).toContain('free');
    expect(textOf(await agent.callTool({ name: 'free', arguments: {} }))).toBe('done');
  }

  it('the live log of one shows calls of the other', async () => {
    const { token } = await known();
    const { cookie } = await replicas.one.somebody('viewer');
    await using stream = await openEvents(`${replicas.one.gateway.url}/api/v1/decisions/stream`, {
      headers: { cookie },
    });
    const answered = await call(OTHER, token);
    expect(isAllowed(answered)).toBe(true);
    const [newest] = await replicas.other.gateway.store.decisions.query({ limit: 1 });
    await stream.seen(({ data }) => data.includes(newest?.row.id ?? 'nothing'));
  });

  it('one that is told another address is shown to admins', async () => {
    const others = async () => expectOk(await replicas.one.admin.client.gateway.read()).otherAddresses;
    expect(await others()).toEqual([]);
    await replicas.other.gateway.store.gatewayAddress.started('https://other.example.com');
    expect(await others()).toEqual(['https://other.example.com']);
    await replicas.other.gateway.store.gatewayAddress.started(replicas.one.gateway.url);
    expect(await others()).toEqual([]);
  });

  it('a change counts within five seconds where the feed of changes was cut', async () => {
    const { id, token } = await known();
    const cuts = () =>
      [replicas.one.test, replicas.other].map(({ lines }) =>
        lines.some(({ message }) => message.startsWith('a feed of changes broke')),
      );
    await replicas.postgres.ask(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'",
    );
    await until(() => cuts().every((isCut) => isCut));
    expectOk(await replicas.one.admin.client.grants.revoke({ params: { grant: id } }));
    expect(await within(async () => (await call(OTHER, token)).status === 401)).toBeLessThan(CUT_MS);
  });

  describe('a replica', () => {
    it('lets nothing through when it could not look for five seconds at what others changed, and then goes on', async () => {
      const { token } = await known();
      const holder = new pg.Client({ connectionString: replicas.database });
      await holder.connect();
      await holder.query('begin; lock table news in access exclusive mode');
      const isRefused = async () => !isAllowed(await call(OTHER, token));
      expect(await within(isRefused)).toBeGreaterThan(CUT_MS - NOTICED_MS);
      const before = stub.calls().length;
      expect(await isRefused()).toBe(true);
      const readiness = await (await fetch(`${replicas.other.gateway.url}/readyz`)).text();
      expect(readiness).toContain('what others changed is not known');
      expect(stub.calls()).toHaveLength(before);
      await holder.query('rollback');
      await holder.end();
      expect(await within(async () => !(await isRefused()))).toBeLessThan(CUT_MS);
    });

    it('that dies leaves its calls as unknown, and their places to the others', async () => {
      const { token } = await known();
      const place = [replicas.database, ...(replicas.redis === undefined ? [] : [replicas.redis])];
      const args = [replicas.one.test.configFile, `${replicas.other.data}/third`, ...place];
      const child = fork(PROCESS, args, { env: { ...process.env, ...replicas.environment }, silent: true });
      // The one thing that it says is its address.
      const [url] = (await once(child, 'message')) as [string];
      const lost = post(`${url}/mcp/s/`, token, modernCall('hang', { id: 'lost' })).catch(() => 'lost');
      await until(() => hanging.length === 1);
      expect(saidBy(await call(ONE, token, 'hang'))).toContain('POLICY DENIED');
      child.kill('SIGKILL');
      expect(await lost).toBe('lost');
      const letGo = setInterval(() => void hanging.splice(0).map((go) => go()), 20);
      await until(async () => isAllowed(await call(ONE, token, 'hang')));
      clearInterval(letGo);
      const { decisions } = replicas.other.gateway.store;
      await until(async () => {
        const rows = await decisions.query({ limit: 100, target: 'hang', outcome: 'allow' });
        return rows.some(({ outcomeRow }) => outcomeRow?.status === 'unknown');
      });
    });

    it(
      'may have workers, which know what others change and serve what others began',
      async () => {
        await using crew = await bootGateway({
          mcpServers: {},
          options: { ...shared(replicas.database), workers: 2 },
          environment: replicas.environment,
        });
        const { id, token } = await granted();
        const asked = () =>
          Promise.all(Array.from({ length: 4 }, () => post(crew.endpoint('s'), token, modernCall('free'))));
        const areAll = async (status: number) => (await asked()).every((one) => one.status === status);
        expect(await within(() => areAll(200))).toBeLessThan(NOTICED_MS);
        expectOk(await replicas.one.admin.client.grants.revoke({ params: { grant: id } }));
        expect(await within(() => areAll(401))).toBeLessThan(NOTICED_MS);
        const old = await granted('old');
        const session = await openSession({ endpoint: endpoint(ONE, 'old'), token: old.token });
        const { headers } = session;
        const body = JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'free' },
        });
        expect(isAllowed(await post(crew.endpoint('old'), old.token, { headers, body }))).toBe(true);
        expect(await session.end()).toBe(204);
        const isOver = async () =>
          (await post(crew.endpoint('old'), old.token, { headers, body })).status === 404;
        expect(await within(isOver)).toBeLessThan(NOTICED_MS);
      },
      2 * START_MS,
    );

    it('starts at the same time as others on a database that is empty but for its tables', async () => {
      const database = await replicas.postgres.newDatabase();
      await migratePostgres(database);
      const options = shared(database);
      const started = await Promise.all(
        [1, 2, 3].map(() => bootGateway({ mcpServers: {}, options, environment: replicas.environment })),
      );
      for (const { gateway } of started)
        expect(await (await fetch(`${gateway.url}/readyz`)).json()).toMatchObject({ ready: true });
      const answers = started.map(({ endpoint: of, token: _ }) =>
        post(of('s'), replicas.one.test.token, modernCall('free')),
      );
      expect((await Promise.all(answers)).map(isAllowed)).toEqual([true, true, true]);
      // Each change has one row, whoever made it.
      const acts = (await started[0]?.gateway.store.audit.query({ limit: 1_000 })) ?? [];
      const told = acts.map(({ action, target }) => `${action} ${target.id}`);
      expect(told).toContain('settings.applied file');
      expect(told).toEqual([...new Set(told)]);
      for (const one of started) await one[Symbol.asyncDispose]();
    });
  });

  it('both logs are one chain each', async () => {
    const { audit, decisions } = replicas.other.gateway.store;
    expect((await decisions.verify()).findings).toEqual([]);
    expect((await audit.verify()).findings).toEqual([]);
  });
});
