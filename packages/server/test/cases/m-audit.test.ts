import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { compilePolicy, decide, type JsonObject, parsePolicy } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { engineFunctions, exportDecisions, type LogEntry } from '../../src/index.ts';
import {
  MAX_STREAMS_PER_GRANT,
  REFUSAL_SECONDS,
  REFUSALS_PER_SECOND,
  REFUSED_MS,
  REFUSED_ROWS,
} from '../../src/limits/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import {
  type Agent,
  type Behaviour,
  behave,
  bootCases,
  type Cases,
  ERAS,
  expectAllowed,
  movedClock,
  openStream,
  PAIRINGS,
  prepareStream,
  STREAMS,
  TOOLS,
  useCases,
} from './support/index.ts';

/** The name of a grant is text that somebody chose, without control characters. */
const EVIL = '"},{"level":"fatal|cs2=forged';
const suite = useCases({ grants: () => ({ [EVIL]: {} }) });
const fileOf = ({ gateway }: Cases): string => join(gateway.data, 'data', 'boomgate.db');

describe.each(PAIRINGS)('M audit, $agent agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);
  const newest = () => suite().ledgers.newest();

  const OUTCOMES: readonly (readonly [status: string, behaviour: Behaviour])[] = [
    ['result', behave.result({ content: [] })],
    ['tool_error', behave.result({ content: [], isError: true })],
    ['error', behave.error(-32_000, 'no')],
    ['unknown', behave.drop()],
    ['unknown', behave.garble('{')],
  ];
  it.each(OUTCOMES)('M-02 outcome: %s', async (status, behaviour) => {
    suite().s1(pairing).nextCall(behaviour);
    await agent().call('search');
    const entry = await newest();
    expect(entry?.row).toMatchObject({ forwarded: true, outcome: 'allow' });
    expect(entry?.outcomeRow).toMatchObject({ status });
    expect(entry?.outcomeRow?.upstreamMs).toBeGreaterThanOrEqual(0);
  });

  it('M-07 refusals are audited', async () => {
    const headers = { 'content-type': 'text/plain' };
    const refusals: readonly (readonly [rule: RegExp, outcome: string, act: () => Promise<unknown>])[] = [
      [/action$/, 'deny', () => agent().call('delete_repo')],
      [/hidden/, 'hide', () => agent().call('secret_tool')],
      [/default deny|not offered/, 'deny', () => agent().call('unheard_of')],
      [/approval$/, 'approve', () => agent().call('refund', { id: 'x', amount: 1 })],
      [/malformed/, 'malformed', () => agent().send('{')],
      [/malformed/, 'malformed', () => agent().send('[]')],
      [/malformed/, 'malformed', () => agent().call('search', {}, { headers })],
      [/unknown method/, 'deny', () => agent().request('x/y')],
    ];
    for (const [rule, outcome, act] of refusals) {
      await act();
      const entry = await newest();
      expect(entry?.row).toMatchObject({ outcome, forwarded: false, grantName: `GA-${pairing.server}` });
      expect(entry?.row.rule).toMatch(rule);
      expect(entry?.outcomeRow).toBeUndefined();
    }
  });

  it.each([
    ['a JSON line', '\n{"level":"fatal"}'],
    ['CR', '\r\nHTTP/1.1 200 OK'],
    ['U+2028', '\u2028forged'],
    ['ANSI', '\u001b[2J\u001b[31m'],
    ['CEF', '|cs2=forged'],
  ])('M-11 log injection: %s is data of one row', async (_what, text) => {
    const before = (await suite().ledgers.rows()).length;
    await suite()
      .agent(pairing, EVIL)
      .call(`search${text}`, { [`key${text}`]: 1 });
    const rows = (await suite().ledgers.rows())
      .slice(before)
      .filter(({ row }) => row.method === 'tools/call');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).toMatchObject({ target: `search${text}`, argKeys: [`key${text}`] });
  });

  it('M-11 names of a megabyte leave a short row', async () => {
    await agent().send(agent().text('tools/call', { name: 'x'.repeat(1_000_000), arguments: {} }));
    await agent().call('search', { ['k'.repeat(1_000)]: 1 });
    for (const { row } of (await suite().ledgers.rows()).slice(-2))
      expect(row.target.length + row.method.length + row.client.length + row.message.length).toBeLessThan(
        2_000,
      );
  });

  it('M-15 export while writing: no duplicate and no gap', async () => {
    const { decisions } = suite().gateway.gateway.store;
    const start = (await decisions.query({ limit: 1 }))[0]?.cursor ?? 0;
    const calls = Array.from({ length: 300 }, () => agent().call('search'));
    let isWriting = true;
    const writing = Promise.all(calls).then(() => {
      isWriting = false;
    });
    const cursors: number[] = [];
    for (let after = start, wasWriting = true; wasWriting; ) {
      wasWriting = isWriting;
      const page = await decisions.query({ after, limit: 7 });
      cursors.push(...page.map(({ cursor }) => cursor));
      after = cursors.at(-1) ?? after;
      if (page.length === 7) wasWriting = true;
      else await wait(5);
    }
    await writing;
    expect(cursors).toEqual(Array.from({ length: 300 }, (_, at) => start + 1 + at));
  });

  it('M-11, M-15 an export while writing has each row once, and one line for each', async () => {
    const { decisions } = suite().gateway.gateway.store;
    const start = (await decisions.query({ limit: 1 }))[0]?.cursor ?? 0;
    const evil = 'search\n{"level":"fatal"}\u2028\u001b[2J';
    const calls = [agent().call(evil), ...Array.from({ length: 40 }, () => agent().call('search'))];
    await Promise.race(calls);
    const exported = exportDecisions(decisions, { after: start }, 'ndjson');
    const cursors: number[] = [];
    for await (const line of exported) {
      expect(line).toMatch(/^[ -~]+\n$/);
      cursors.push(JSON.parse(line).cursor);
    }
    expect(cursors).toEqual(cursors.map((_, at) => start + 1 + at));
    expect(cursors.length).toBeGreaterThan(0);
    await Promise.all(calls);
    const csv: string[] = [];
    for await (const line of exportDecisions(decisions, { after: start, target: evil }, 'csv'))
      csv.push(line);
    expect(csv).toHaveLength(2);
    expect(csv[1]).toContain('search\\u000a{""level"":""fatal""}\\u2028\\u001b[2J');
  });

  it('M-17 decision is reproducible from its row', async () => {
    const sent: readonly (readonly [name: string, args: JsonObject])[] = [
      ['read_file', { path: '/data/a' }],
      ['read_file', { path: '/etc/passwd' }],
      ['read_file', { path: 7 }],
      ['create_charge', { amount: 60_000, currency: 'usd' }],
      ['create_charge', { amount: '1', currency: 'usd' }],
      ['delete_repo', {}],
      ['secret_tool', {}],
      ['search', { q: 'x' }],
    ];
    const database = openDatabase(fileOf(suite()), { readOnly: true, busyTimeoutMs: 1_000 });
    for (const [name, args] of sent) {
      await agent().call(name, args);
      const { row } = (await newest()) ?? {};
      const version = database
        .prepare<{ text: string }>('select text from policy_versions where name = ? and version = ?')
        .get(row?.policy, row?.policyVersion);
      const parsed = parsePolicy(version?.text ?? '', engineFunctions);
      if (!parsed.ok || row === undefined) throw new Error('the version of the row is not there');
      const tool = TOOLS.find((one) => one.name === name) ?? { name };
      const { decision } = decide(compilePolicy(parsed.policy, engineFunctions), {
        tool: {
          name,
          annotations: {},
          ...('inputSchema' in tool ? { inputSchema: tool.inputSchema as JsonObject } : {}),
        },
        args,
        grant: { id: row.grantId, name: row.grantName, labels: {} },
        server: { id: 'any', name: row.server },
        organization: row.organization,
        session: row.session,
        client: {},
        nowMs: row.atMs,
      });
      expect([row.outcome, row.rule, row.message]).toEqual([
        decision.outcome,
        decision.rule,
        decision.message,
      ]);
    }
    database.close();
  });
});

describe.each(STREAMS)('M of streams that agents open: %s', (kind) => {
  const openings = (cases: Cases): Promise<readonly LogEntry[]> =>
    cases.gateway.gateway.store.decisions.query({ limit: 1_000, method: kind });

  it.each(ERAS)(
    'M-07 an opening has its row before anything is said on the stream, %s server',
    async (server) => {
      await using reader = await openStream(suite(), kind, { server });
      expect(reader.status).toBe(200);
      const rows = (await openings(suite())).filter(({ row }) => row.server === `s1-${server}`);
      expect(rows.map(({ row }) => row)).toMatchObject([
        { outcome: 'served', forwarded: false, grantName: `GA-${server}`, target: '', policy: 'p0' },
      ]);
    },
  );

  it('M-07 so has one that finds no place', async () => {
    await using cases = await bootCases();
    const open = () => openStream(cases, kind, { server: 'modern' });
    const held = await Promise.all(Array.from({ length: MAX_STREAMS_PER_GRANT }, open));
    await open();
    const rows = await openings(cases);
    expect(rows.at(-1)?.row).toMatchObject({ outcome: 'limit', rule: '(open streams)', forwarded: false });
    expect(rows.slice(0, -1).map(({ row }) => row.outcome)).toEqual(Array(held.length).fill('served'));
    await Promise.all(held.map((reader) => reader[Symbol.asyncDispose]()));
    await cases.expectLedgersToAgree();
  });

  it('M-03 none opens when it cannot be recorded, and it keeps no place', async () => {
    await using cases = await bootCases();
    const open = await Promise.all(
      Array.from({ length: 5 }, () => prepareStream(cases, kind, { server: 'modern' })),
    );
    const other = openDatabase(fileOf(cases), { readOnly: false, busyTimeoutMs: 1_000 });
    other.exec('begin immediate');
    const tried = await Promise.allSettled(open.map((one) => one()));
    const streams = tried.filter((one) => one.status === 'fulfilled' && one.value.text === '');
    expect(streams).toEqual([]);
    other.exec('rollback');
    other.close();
    const held = await Promise.all(
      Array.from({ length: MAX_STREAMS_PER_GRANT }, () => openStream(cases, kind, { server: 'modern' })),
    );
    expect(held.map(({ isOver }) => isOver())).toEqual(held.map(() => false));
    await Promise.all(held.map((reader) => reader[Symbol.asyncDispose]()));
  });
});

describe.each(PAIRINGS.filter(({ agent, server }) => agent === server))(
  'M store in trouble, $agent agent, $server server',
  (pairing) => {
    it('M-03, M-04 audit store that cannot be written: nothing is forwarded, and it recovers by itself', async () => {
      await using cases = await bootCases();
      const agent = cases.agent(pairing);
      expectAllowed(await agent.call('search'));
      const before = cases.ledgers.forwardedCount();
      const other = openDatabase(fileOf(cases), { readOnly: false, busyTimeoutMs: 1_000 });
      other.exec('begin immediate');
      const held = Array.from({ length: 5 }, () => agent.call('search'));
      await wait(300);
      expect(cases.ledgers.forwardedCount()).toBe(before);
      await wait(BEYOND_BUSY_MS);
      const answers = await Promise.all(held);
      for (const { body } of answers) expect(body.error?.code ?? body.result?.isError).toBeTruthy();
      expect(cases.ledgers.forwardedCount()).toBe(before);
      // The refusals themselves have no row, since none could be written.
      other.exec('rollback');
      other.close();
      expectAllowed(await agent.call('search'));
    });

    it('M-14 clock that is set back: rows keep their order', async () => {
      const clock = movedClock(Date.parse('2030-01-01T00:00:00Z'));
      await using cases = await bootCases({ gateway: { clock } });
      for (const step of [0, -86_400_000, 3_600_000]) {
        clock.step(step);
        await cases.agent(pairing).call('search');
      }
      const rows = (await cases.ledgers.rows()).filter(({ row }) => row.method === 'tools/call');
      const cursors = rows.map(({ cursor }) => cursor);
      expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
      expect(rows.map(({ row }) => row.atMs - (rows[0]?.row.atMs ?? 0))).toEqual([
        0, -86_400_000, -82_800_000,
      ]);
      await cases.expectLedgersToAgree();
    });
  },
);

/** Longer than the store waits for another writer. */
const BEYOND_BUSY_MS = 1_000;

describe('M-07 requests of nobody', () => {
  const rowsOf = (cases: Cases, action: string) =>
    cases.gateway.gateway.store.audit.query({ action, limit: 100 });
  const strange = (cases: Cases, headers: Readonly<Record<string, string>> = {}) =>
    cases
      .newAgent({ agent: 'modern', server: 'modern' }, { token: 'x'.repeat(52) })
      .call('search', {}, { headers });

  it('leave a row for each kind and sender, and at the end of a time how many were left out', async () => {
    const clock = movedClock(Date.UTC(2030, 0));
    await using cases = await bootCases({ gateway: { clock } });
    await Promise.all(Array.from({ length: 30 }, () => strange(cases)));
    await Promise.all(Array.from({ length: 3 }, () => strange(cases, { host: 'evil.example' })));
    await expect.poll(() => rowsOf(cases, 'request.refused')).toHaveLength(2);
    const actor = { kind: 'system', address: '127.0.0.1' };
    const target = { kind: 'endpoint', id: 'mcp', name: 'mcp' };
    expect(await rowsOf(cases, 'request.refused')).toMatchObject([
      { organization: 'default', actor, target, after: { reason: 'grant' } },
      { organization: 'default', actor, target, after: { reason: 'host' } },
    ]);
    clock.pass(REFUSED_MS - 1);
    await strange(cases);
    expect(await rowsOf(cases, 'request.left_out')).toEqual([]);
    clock.pass(1);
    await strange(cases);
    await expect.poll(() => rowsOf(cases, 'request.left_out')).toHaveLength(1);
    expect((await rowsOf(cases, 'request.left_out'))[0]?.after).toEqual({ requests: { grant: 30, host: 2 } });
    await expect.poll(() => rowsOf(cases, 'request.refused')).toHaveLength(3);
    await strange(cases);
    await cases.gateway.restart();
    // A stop leaves nothing untold.
    expect((await rowsOf(cases, 'request.left_out')).at(-1)?.after).toEqual({ requests: { grant: 1 } });
    expect((await cases.gateway.gateway.store.audit.verify()).findings).toEqual([]);
  });

  it('a flood from many networks has no more rows than there may be', async () => {
    const clock = movedClock(Date.UTC(2030, 0));
    const grants = () => ({ bound: { networks: ['192.0.2.1'] } });
    await using cases = await bootCases({ gateway: { behindProxy: true, clock }, grants });
    const senders = Array.from({ length: 2 * REFUSED_ROWS }, (_, at) => `203.0.113.${at}`);
    await Promise.all(senders.map((sender) => strange(cases, { 'x-forwarded-for': sender })));
    // Whoever has its token cannot have the row left out by sending the others before.
    const thief = cases.agent({ agent: 'modern', server: 'modern' }, 'bound');
    for (const sender of senders.slice(0, 2))
      await thief.call('search', {}, { headers: { 'x-forwarded-for': sender } });
    clock.pass(REFUSED_MS);
    await strange(cases);
    await expect.poll(() => rowsOf(cases, 'request.left_out')).toHaveLength(1);
    await expect.poll(() => rowsOf(cases, 'request.refused')).toHaveLength(REFUSED_ROWS + 2);
    expect((await rowsOf(cases, 'request.left_out'))[0]?.after).toEqual({
      requests: { grant: REFUSED_ROWS, network: 1 },
    });
    const named = (await rowsOf(cases, 'request.refused')).filter(({ target }) => target.kind === 'grant');
    expect(named).toMatchObject([{ target: { name: 'bound-modern' }, actor: { address: '203.0.113.0' } }]);
  });

  it('a grant whose calls are refused without end is named', async () => {
    const clock = movedClock(Date.UTC(2030, 0));
    await using cases = await bootCases({ gateway: { clock } });
    const agent = cases.agent({ agent: 'modern', server: 'modern' });
    for (let second = 0; second < REFUSAL_SECONDS; second += 1, clock.pass(1_000))
      await Promise.all(Array.from({ length: REFUSALS_PER_SECOND + 1 }, () => agent.call('delete_repo')));
    expect((await agent.call('search')).status).toBe(429);
    await expect.poll(() => rowsOf(cases, 'request.refused')).toHaveLength(1);
    expect(await rowsOf(cases, 'request.refused')).toMatchObject([
      { target: { kind: 'grant', name: 'GA-modern' }, after: { reason: 'refusals' } },
    ]);
  });
});

/** What the API denies leaves rows as well: `../api/audit.test.ts`. M-10, the chain of replicas: `../gateway/replicas.test.ts`. */
