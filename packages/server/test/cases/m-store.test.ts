import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChainHead, ChainReport } from '../../src/index.ts';
import { systemClock } from '../../src/limits/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';
import { until } from '../support/programs.ts';
import { modernCall, post } from '../support/rpc.ts';
import { type Stub, startStub } from '../support/stub.ts';
import { type ChildGateway, killChildGateways, startChildGateway } from './support/crash.ts';
import { bootCases, type Cases, ERAS, expectAllowed } from './support/index.ts';

/** Milliseconds in which every refusal must come, whatever is wrong with the store (M-03). */
const REFUSED_MS = 500;
const TOKEN = 'token-of-the-grant-for-the-cases-of-the-store';
const PRLIMIT = '/usr/bin/prlimit';
const WRITER = fileURLToPath(new URL('support/grant-writer.ts', import.meta.url));

describe('M a store in trouble', () => {
  let folder: string;
  let stub: Stub;
  let gateway: ChildGateway;
  let forwarded = 0;
  /** Calls that reach the server are never answered. */
  let isSilent = false;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boomgate-m-'));
    stub = await startStub({
      era: 'modern',
      tools: [{ name: 'work' }],
      onCall: () => {
        forwarded += 1;
        return isSilent;
      },
    });
    const mcpServers = { stub: { url: stub.url, era: 'modern' } };
    const policies = { p: { version: '1', default: 'allow' } };
    const grants = { test: { server: 'stub', policy: 'p', token: TOKEN } };
    await writeFile(join(folder, 'config.json'), JSON.stringify({ mcpServers, policies, grants }));
  });
  beforeEach(async () => {
    gateway = await startChildGateway({ config: join(folder, 'config.json'), data: join(folder, 'data') });
    forwarded = 0;
    isSilent = false;
  });
  afterEach(() => gateway.close());
  afterAll(async () => {
    killChildGateways();
    await stub[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function call(): Promise<{
    readonly ms: number;
    readonly isAllowed: boolean;
    readonly text: string;
  }> {
    const startedMs = performance.now();
    const answered = await post(`${gateway.url}/mcp/stub`, TOKEN, modernCall('work', {}, 1));
    const { error, result } = answered.body;
    const isAllowed = result !== undefined && result.isError !== true && error === undefined;
    return { ms: performance.now() - startedMs, isAllowed, text: JSON.stringify(answered.body) };
  }

  async function readiness(): Promise<number> {
    const answered = await fetch(`${gateway.url}/readyz`);
    await answered.text();
    return answered.status;
  }

  async function expectRefusals(): Promise<void> {
    for (let count = 0; count < 5; count += 1) {
      const { isAllowed, ms, text } = await call();
      expect(isAllowed, text).toBe(false);
      expect(text).toContain('the gateway cannot record requests now, so this one was refused; try again');
      expect(ms).toBeLessThan(REFUSED_MS);
    }
    const unread = await fetch(`${gateway.url}/mcp/stub`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: '{',
    });
    expect([unread.status, unread.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await unread.json()).toMatchObject({
      error: 'unavailable',
      message: expect.stringContaining('the gateway cannot record requests now'),
    });
    expect(forwarded).toBe(0);
    expect(await readiness()).toBe(503);
  }

  async function expectRecovery(): Promise<void> {
    expect(await call()).toMatchObject({ isAllowed: true });
    expect(await readiness()).toBe(200);
  }

  it('M-02 intents of a gateway that died are closed as unknown when the next one starts', async () => {
    expect(await call()).toMatchObject({ isAllowed: true });
    isSilent = true;
    const lost = Array.from({ length: 3 }, () => call().catch(() => undefined));
    await until(() => forwarded === 4);
    await gateway.kill('SIGKILL');
    await Promise.all(lost);
    const dead = await statuses();
    expect(dead.slice(-4)).toEqual(['result', undefined, undefined, undefined]);
    gateway = await startChildGateway({ config: join(folder, 'config.json'), data: join(folder, 'data') });
    expect(await statuses()).toEqual([...dead.slice(0, -3), 'unknown', 'unknown', 'unknown']);
    expect((await verify(join(folder, 'data'))).findings).toEqual([]);
  });

  async function statuses() {
    const store = await openSqliteStore({
      directory: join(folder, 'data'),
      clock: systemClock(),
      as: 'reader',
    });
    const entries = await store.decisions.query({ limit: 1_000 });
    await store[Symbol.asyncDispose]();
    return entries.filter(({ row }) => row.forwarded).map(({ outcomeRow }) => outcomeRow?.status);
  }

  it.runIf(existsSync(PRLIMIT))(
    'M-03 on a full disk refuses calls at once and recovers without a restart',
    async () => {
      const limitFiles = (bytes: string) =>
        execFileSync(PRLIMIT, [`--pid=${gateway.pid}`, `--fsize=${bytes}:`]);
      expect(await call()).toMatchObject({ isAllowed: true });
      forwarded = 0;
      limitFiles('1');
      await expectRefusals();
      limitFiles('unlimited');
      await expectRecovery();
    },
  );

  it('M-04 while another process holds the lock refuses calls at once and recovers', async () => {
    expect(await call()).toMatchObject({ isAllowed: true });
    forwarded = 0;
    const other = openDatabase(join(folder, 'data', 'boomgate.db'), {
      readOnly: false,
      busyTimeoutMs: 1_000,
    });
    other.exec('begin immediate');
    try {
      await expectRefusals();
    } finally {
      other.exec('rollback');
      other.close();
    }
    await expectRecovery();
  });

  it('M-04 grants that the command line writes do not disturb calls', async () => {
    const writer = fork(WRITER, [join(folder, 'data'), 'stub', '100']);
    const ended = once(writer, 'exit');
    let [calls, refused] = [0, 0];
    while (writer.exitCode === null) {
      const { isAllowed, text } = await call();
      // A writer that stands still with the lock has calls refused, as the test before this one has it.
      if (!isAllowed) expect(text).toContain('cannot record requests now');
      if (isAllowed) calls += 1;
      else refused += 1;
    }
    expect(await ended).toEqual([0, null]);
    expect(calls).toBeGreaterThan(20);
    expect(refused).toBeLessThan(calls / 5);
  });
});

/** As `boomgate audit verify` does, beside the running gateway or without one. */
async function verify(directory: string, known?: ChainHead): Promise<ChainReport> {
  const store = await openSqliteStore({ directory, clock: systemClock(), as: 'reader' });
  const report = await store.decisions.verify(known);
  await store[Symbol.asyncDispose]();
  return report;
}

const decision = (nth: number) => `(select cursor from decisions order by cursor limit 1 offset ${nth})`;

/** What somebody who can write the file does to it, and what `audit verify` calls it. */
const TAMPERED: Readonly<
  Record<string, readonly [sql: string, finding: ChainReport['findings'][0]['kind']]>
> = {
  'edits a row': [
    `update decisions set entry = json_set(entry, '$.target', 'other') where cursor = ${decision(2)}`,
    'changed',
  ],
  'edits an outcome': [
    "update outcomes set entry = json_set(entry, '$.status', 'error') where link = (select max(link) from outcomes)",
    'changed',
  ],
  'deletes a row': [
    `delete from outcomes where decision = ${decision(2)}; delete from decisions where cursor = ${decision(2)}`,
    'missing',
  ],
  'swaps two rows': [
    `update decisions set cursor = -1 where cursor = ${decision(1)};
     update decisions set cursor = (select min(cursor) + 1 from decisions where cursor > 0) where cursor = ${decision(2)};
     update decisions set cursor = (select min(cursor) + 2 from decisions where cursor > 0) where cursor = -1`,
    'changed',
  ],
  'copies a row': [
    `insert into decisions select cursor + 1000, caller, entry, link, hash from decisions where cursor = ${decision(2)}`,
    'inserted',
  ],
  'cuts off the tail': [
    'delete from outcomes where link > 4; delete from decisions where link > 4',
    'cut_off',
  ],
  'cuts off the tail and moves the end': [
    `delete from outcomes where link > 4; delete from decisions where link > 4;
     update chain_head set link = 4, hash = (select hash from (select link, hash from decisions union select link, hash from outcomes) where link = 4)`,
    'rewritten',
  ],
};

describe.each(ERAS)('M-08 a log that somebody tampered with, %s agents', (era) => {
  let cases: Cases;
  let folder: string;
  let head: ChainHead;
  const data = () => join(cases.gateway.data, 'data');
  const copy = () => join(folder, 'copy');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boomgate-m-08-'));
    cases = await bootCases();
    await callSome();
    await cases.gateway.restart();
    head = (await verify(data())).head;
  });
  afterAll(async () => {
    await cases[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function callSome(): Promise<void> {
    // Each start of the gateway has another port.
    const agent = cases.newAgent({ agent: era, server: era }, {});
    for (let count = 0; count < 4; count += 1) expectAllowed(await agent.call('search', { q: 'x' }));
    await agent.call('delete_repo');
  }

  const kinds = ({ findings }: ChainReport) => findings.map(({ kind }) => kind);

  it('is sound before', async () => {
    const report = await verify(data(), head);
    expect(report.findings).toEqual([]);
    expect(report.rows).toBeGreaterThanOrEqual(9);
  });

  it('M-10 is sound while and after many agents call at once', async () => {
    const agents = Array.from({ length: 10 }, () => cases.newAgent({ agent: era, server: era }, {}));
    const calls = agents.flatMap((agent) => Array.from({ length: 10 }, () => agent.call('search')));
    expect((await verify(data(), head)).findings).toEqual([]);
    for (const answer of await Promise.all(calls)) expectAllowed(answer);
    await cases.gateway.gateway.store.journal.flush();
    const report = await verify(data(), head);
    expect(report.findings).toEqual([]);
    expect(report.head.link - head.link).toBeGreaterThanOrEqual(2 * calls.length);
  });

  it.each(Object.entries(TAMPERED))('by one who %s is found', async (_who, [sql, finding]) => {
    await rm(copy(), { recursive: true, force: true });
    await cp(data(), copy(), { recursive: true });
    const database = openDatabase(join(copy(), 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
    database.pragma('foreign_keys = off');
    database.exec(sql);
    database.close();
    expect(kinds(await verify(copy()))).toContain(finding);
  });

  it('by one who puts back an older copy, whose tail the gateway then writes anew, is found by its known end', async () => {
    const older = join(folder, 'older');
    await cases.gateway.gateway.close();
    await cp(data(), older, { recursive: true });
    await cases.gateway.restart();
    await callSome();
    const known = (await verify(data())).head;
    await cases.gateway.gateway.close();
    await rm(data(), { recursive: true, force: true });
    await cp(older, data(), { recursive: true });
    await cases.gateway.restart();
    expect(kinds(await verify(data(), known))).toEqual(['cut_off']);
    await callSome();
    await callSome();
    expect(kinds(await verify(data()))).toEqual([]);
    expect(kinds(await verify(data(), known))).toEqual(['rewritten']);
  });
});
