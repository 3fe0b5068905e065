import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../limits/index.ts';
import { decisionRow, RESULT } from '../../conformance/fixtures.ts';
import { type Accepting, type ChainHead, type ChainReport, type Expired, GATEWAY } from '../../contract.ts';
import { acceptanceCode } from '../../sql/chain/acceptances.ts';
import { type ChainedRow, chainedRows } from '../../sql/chain/rows.ts';
import { linkHash, ORIGIN } from '../../sql/link.ts';
import { openDatabase } from '../driver.ts';
import { openSqliteStore } from '../open.ts';
import { snapshotIn } from '../snapshot.ts';
import { SHORT_LOG_ROWS } from '../verifying/index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-chain-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A log of calls, half of them with outcomes, which come in another order than the calls. */
async function write(calls: number): Promise<void> {
  const store = await openSqliteStore({ directory, clock: systemClock() });
  const admissions = [];
  for (let call = 0; call < calls; call += 1)
    admissions.push(await store.journal.admit([], () => decisionRow({ target: `call ${call}` })));
  for (const admission of admissions.toReversed().filter((_, index) => index % 2 === 0))
    store.journal.settle(admission, 'kept', RESULT);
  await store[Symbol.asyncDispose]();
}

function tamper(...statements: readonly string[]): void {
  const database = new Sqlite(join(directory, 'boomgate.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

async function verify(known?: ChainHead): Promise<ChainReport> {
  const store = await openSqliteStore({ directory, clock: systemClock(), as: 'reader' });
  const report = await store.decisions.verify(known);
  await store[Symbol.asyncDispose]();
  return report;
}

const kinds = ({ findings }: ChainReport): readonly string[] =>
  findings.map(({ kind, link }) => `${kind} ${link}`);

describe('the chain of the decision log', () => {
  it('is checked by a thread where it is long, which finds the same', async () => {
    const store = await openSqliteStore({ directory, clock: systemClock() });
    const rows = Array.from({ length: SHORT_LOG_ROWS + 2 }, () => store.journal.record(decisionRow()));
    await Promise.all(rows);
    await store[Symbol.asyncDispose]();
    expect(await verify()).toMatchObject({ rows: rows.length, findings: [] });
    tamper('update decisions set entry = replace(entry, \'"id"\', \'"ID"\') where cursor = 7');
    expect(kinds(await verify())).toEqual(['changed 7']);
    expect(kinds(await verify({ link: 9, hash: 'another' }))).toEqual(['changed 7', 'rewritten 9']);
  });

  it('is sound as written, over restarts and marks', async () => {
    await write(5);
    await write(300);
    const report = await verify();
    // Two calls had no outcome when the store was opened again, which gave them one.
    expect(report).toMatchObject({
      rows: 305 + 153 + 2,
      findings: [],
      head: { link: 460, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('has no gap where a row did not fit the table', async () => {
    const store = await openSqliteStore({ directory, clock: systemClock() });
    const unfit = decisionRow({ policyVersion: 0.5 });
    const written = [
      store.journal.record(decisionRow()),
      store.journal.record(unfit),
      store.journal.record(decisionRow()),
    ];
    expect((await Promise.allSettled(written)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    await store[Symbol.asyncDispose]();
    expect(await verify()).toMatchObject({ rows: 2, findings: [] });
  });

  it('is sound when nothing was written', async () => {
    await write(0);
    expect(await verify()).toMatchObject({ rows: 0, findings: [] });
  });

  it.each([
    [
      'a changed decision',
      "update decisions set entry = json_set(entry, '$.outcome', 'deny') where cursor = 3",
      'changed 3',
    ],
    ['an entry that is no JSON', "update decisions set entry = '{' where cursor = 2", 'changed 2'],
    [
      'a changed message',
      "update decisions set entry = json_set(entry, '$.message', 'x') where cursor = 1",
      'changed 1',
    ],
    ['a changed caller', "update callers set grant_name = 'somebody else'", 'changed 1'],
    [
      'a changed outcome',
      "update outcomes set entry = json_set(entry, '$.bytesOut', 1) where link = 11",
      'changed 11',
    ],
    ['a missing decision', 'delete from decisions where cursor = 4', 'missing 4'],
    ['a missing outcome', 'delete from outcomes where link = 12', 'missing 12'],
    ['a cut off end', 'delete from outcomes', 'cut_off 11'],
    [
      'a row put in without a link',
      "insert into decisions (caller, entry) select caller, json_set(entry, '$.id', 'forged') from decisions where cursor = 1",
      'inserted 15',
    ],
    [
      'a row put in at a taken link',
      'insert into decisions select 999, caller, entry, link, hash from decisions where cursor = 5',
      'inserted 5',
    ],
    ['a forged end', 'update chain_head set link = link - 1', 'rewritten 1'],
    ['a missing seal', 'delete from chain_head', 'rewritten 15'],
  ])('shows %s', async (_what, statement, finding) => {
    await write(10);
    tamper(statement);
    expect(kinds(await verify())).toContain(finding);
  });

  it('shows that the whole log was set back, to whoever kept its end', async () => {
    await write(3);
    const before = (await verify()).head;
    await write(3);
    const after = (await verify()).head;
    expect((await verify(before)).findings).toEqual([]);
    expect((await verify(after)).findings).toEqual([]);
    expect(kinds(await verify({ ...before, hash: after.hash }))).toEqual([`rewritten ${before.link}`]);
    await rm(directory, { recursive: true, force: true });
    await write(3);
    expect(kinds(await verify(after))).toEqual([`cut_off ${before.link + 1}`]);
    expect(kinds(await verify(before))).toEqual([`rewritten ${before.link}`]);
  });

  it('shows rows that changed places', async () => {
    await write(10);
    tamper(
      'update decisions set cursor = 1000 where cursor = 2',
      'update decisions set cursor = 2 where cursor = 3',
      'update decisions set cursor = 3 where cursor = 1000',
    );
    expect(kinds(await verify())).toEqual(expect.arrayContaining(['changed 2', 'changed 3']));
  });

  it('names one row when one row was changed', async () => {
    await write(10);
    tamper("update decisions set entry = json_set(entry, '$.target', 'else') where cursor = 3");
    const report = await verify();
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]?.text).toMatch(/^the decision [0-9a-f-]{36} at link 3 was changed/);
  });

  it.each([
    ['among many', 600, 590, 0],
    ['after the last mark, also once a gateway went on from there', 10, 5, 3],
  ])(
    'shows that somebody without the key changed a row and made all later hashes fit, %s',
    async (_where, calls, forged, later) => {
      await write(calls);
      const database = openDatabase(join(directory, 'boomgate.db'), {
        readOnly: false,
        busyTimeoutMs: 1_000,
      });
      database.exec(
        `update decisions set entry = json_set(entry, '$.target', 'forged') where link = ${forged}`,
      );
      let before = ORIGIN;
      const rows: ChainedRow[] = [];
      for await (const row of chainedRows(snapshotIn(database))) rows.push(row);
      for (const row of rows) {
        const hash = row.link < forged ? row.hash : linkHash(before, row.link, row);
        for (const table of ['decisions', 'outcomes', 'chain_marks', 'chain_head'])
          database.prepare(`update ${table} set hash = ? where link = ?`).run(hash, row.link);
        before = hash;
      }
      database.close();
      if (later > 0) await write(later);
      if (later > 0) await write(later);
      const { findings } = await verify();
      expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['rewritten']));
      expect(findings[0]?.link).toBeLessThanOrEqual(forged);
      expect(findings[0]?.link).toBeGreaterThanOrEqual(1);
    },
  );
});

describe('a chain whose oldest rows were deleted', () => {
  const DAY_MS = 86_400_000;
  const START_MS = Date.UTC(2026, 0, 1);

  /** Ten calls of one day, of which the first five are deleted; a day later five more. */
  async function expireSome(): Promise<Expired> {
    await using store = await openSqliteStore({ directory, clock: systemClock() });
    const call = (day: number) => store.journal.record(decisionRow({ atMs: START_MS + day * DAY_MS }));
    for (let day = 0; day < 10; day += 1) await call(day);
    const expired = await store.decisions.expire(START_MS + 5 * DAY_MS);
    await store.audit.expire(Date.now() + DAY_MS);
    return expired;
  }

  it('is checked from the checkpoint on', async () => {
    const { checkpoint } = await expireSome();
    expect(checkpoint).toMatchObject({ link: 5, cursor: 5, rows: 5, throughMs: START_MS + 4 * DAY_MS });
    expect(await verify()).toMatchObject({ rows: 5, findings: [], checkpoint, head: { link: 10 } });
  });

  it.each([
    ['a checkpoint moved forward', 'update chain_checkpoints set link = 7, cursor = 7', 'rewritten 1'],
    ['a checkpoint with another hash', `update chain_checkpoints set hash = '${ORIGIN}'`, 'rewritten 1'],
    ['a checkpoint that tells of other rows', "update chain_checkpoints set entry = '{}'", 'rewritten 1'],
    [
      'the checkpoint of the other chain',
      "delete from chain_checkpoints where chain = 'decisions'; update chain_checkpoints set chain = 'decisions'",
      'rewritten 1',
    ],
    ['no checkpoint', 'delete from chain_checkpoints', 'missing 1'],
    ['more deleted than it says', 'delete from decisions where cursor <= 6', 'missing 6'],
    ['all deleted', 'delete from decisions', 'cut_off 6'],
    [
      'a row put back where it stood',
      'insert into decisions select 4, caller, entry, 4, hash from decisions where cursor = 6',
      'inserted 4',
    ],
  ])('shows %s', async (_what, statements, finding) => {
    await expireSome();
    tamper(statements);
    expect(kinds(await verify())).toContain(finding);
  });

  it.each([
    ['dates', "update decisions set entry = json_set(entry, '$.atMs', 5) where cursor in (6, 7)", 0],
    ['seals', 'delete from chain_marks; delete from chain_head', 0],
    ['checkpoints', 'update chain_checkpoints set link = 2', 0],
  ])('deletes nothing under its seal after somebody changed %s', async (_what, statements, rows) => {
    await expireSome();
    tamper(statements);
    await using store = await openSqliteStore({ directory, clock: systemClock() });
    const expired = await store.decisions.expire(START_MS + 8 * DAY_MS);
    expect(expired).toMatchObject({ rows, fault: expect.stringContaining('audit verify') });
    expect(await store.decisions.query({ limit: 10 })).toHaveLength(5);
  });

  it('overwrites what it deletes, also who called', async () => {
    const canary = 'canary-of-a-row-that-goes';
    const store = await openSqliteStore({ directory, clock: systemClock() });
    await store.journal.record(decisionRow({ target: canary, session: canary, atMs: START_MS }));
    await store.journal.record(decisionRow({ atMs: START_MS + DAY_MS }));
    const bytes = async (): Promise<string> => {
      tamper('pragma wal_checkpoint(truncate)');
      return await readFile(join(directory, 'boomgate.db'), 'latin1');
    };
    expect(await bytes()).toContain(canary);
    await store.decisions.expire(START_MS + DAY_MS);
    expect(await bytes()).not.toContain(canary);
    await store[Symbol.asyncDispose]();
  });

  it('is deleted only by the one gateway of the directory', async () => {
    await expireSome();
    await using other = await openSqliteStore({ directory, clock: systemClock(), as: 'writer' });
    await expect(other.decisions.expire(START_MS + 8 * DAY_MS)).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('the chain of the audit log', () => {
  const target = { kind: 'server', id: 's', name: 's' };
  const act = { organization: 'default', actor: GATEWAY, action: 'server.updated', target };

  async function writeActs(): Promise<void> {
    await write(3);
    await using store = await openSqliteStore({ directory, clock: systemClock(), as: 'writer' });
    for (let count = 0; count < 5; count += 1) await store.audit.record({ ...act, after: { count } });
  }

  async function verifyAudit(): Promise<ChainReport> {
    await using store = await openSqliteStore({ directory, clock: systemClock(), as: 'reader' });
    return await store.audit.verify();
  }

  it.each([
    [
      'a changed act',
      "update audit set entry = json_set(entry, '$.actor.name', 'x') where link = 3",
      'changed 3',
    ],
    ['a missing act', 'delete from audit where link = 3', 'missing 3'],
    ['a cut off end', 'delete from audit where link > 3', 'cut_off 4'],
    [
      'a cut off end that was moved',
      'delete from audit where link > 3; update audit_head set link = 3, hash = (select hash from audit where link = 3)',
      'rewritten 4',
    ],
    ['a changed seal', "update audit set seal = 'x' where link = 3", 'rewritten 3'],
    [
      'the end of the other log in its place',
      'update audit_head set link = (select link from chain_head), hash = (select hash from chain_head), seal = (select seal from chain_head)',
      'rewritten 6',
    ],
  ])('shows %s', async (_what, statements, finding) => {
    await writeActs();
    expect((await verifyAudit()).findings).toEqual([]);
    tamper(statements);
    expect(kinds(await verifyAudit())).toContain(finding);
  });

  it('shows that the decision log was set back alone', async () => {
    await write(3);
    tamper(
      'create table kept as select * from chain_head',
      'create table marks as select * from chain_marks',
    );
    const before = (await verify()).head.link;
    await writeActs();
    tamper(
      `delete from outcomes where link > ${before}; delete from decisions where link > ${before}`,
      'update chain_head set (link, hash, seal) = (select link, hash, seal from kept)',
      'drop table kept; drop table marks',
    );
    const report = await verify();
    expect(kinds(report)).toEqual([`cut_off ${before + 1}`]);
    expect(report.findings[0]?.text).toContain('as an audit row of link 1 says');
  });
});

describe('what was found and accepted', () => {
  const DAY_MS = 86_400_000;
  const START_MS = Date.UTC(2026, 0, 1);
  const target = { kind: 'server', id: 's', name: 's' };
  const act = { organization: 'default', actor: GATEWAY, action: 'server.updated', target };

  /** Ten calls of ten days, of which the first two days were deleted, and an act. */
  async function writeDays(): Promise<void> {
    await using store = await openSqliteStore({ directory, clock: systemClock() });
    for (let day = 0; day < 10; day += 1) {
      const admission = await store.journal.admit([], () => decisionRow({ atMs: START_MS + day * DAY_MS }));
      store.journal.settle(admission, 'kept', RESULT);
      await store.journal.flush();
    }
    await store.decisions.expire(START_MS + 2 * DAY_MS);
    await store.audit.record({ ...act, after: { first: true } });
    await store.audit.record(act);
  }

  async function look() {
    await using store = await openSqliteStore({ directory, clock: systemClock(), as: 'reader' });
    return { decisions: await store.decisions.verify(), audit: await store.audit.verify() };
  }

  async function accept(code: string | undefined): Promise<Accepting> {
    await using store = await openSqliteStore({ directory, clock: systemClock(), as: 'writer' });
    return await store.audit.accept(code ?? '', { by: { ...GATEWAY, name: 'Ada' }, reason: 'a bad disk' });
  }

  async function expire(): Promise<{ readonly decisions: Expired; readonly audit: Expired }> {
    await using store = await openSqliteStore({ directory, clock: systemClock() });
    const decisions = await store.decisions.expire(START_MS + 8 * DAY_MS);
    return { decisions, audit: await store.audit.expire(Date.now() - DAY_MS) };
  }

  /** Rows of the eight days that are old by then, as they are numbered and linked. */
  const DAYS = { link: 15, cursor: 8 };
  const FAR_MS = START_MS + 900 * DAY_MS;
  it.each([
    ['a changed row', "update decisions set entry = json_set(entry, '$.outcome', 'deny') where cursor = 4"],
    [
      'a row of the far future',
      `update decisions set entry = json_set(entry, '$.atMs', ${FAR_MS}) where cursor = 4`,
    ],
    ['entries that are no JSON', "update decisions set entry = '{' where cursor in (3, 5)"],
    ['a changed caller', "update callers set grant_name = 'somebody else'"],
    ['a missing decision', 'delete from decisions where cursor = 4'],
    ['a missing outcome', 'delete from outcomes where decision = 5'],
    [
      'missing calls',
      'delete from decisions where cursor in (4, 5); delete from outcomes where decision in (4, 5)',
    ],
    ['another link', 'update decisions set link = 5 where cursor = 7'],
    [
      'a row without its link, of the far future',
      `update decisions set link = null, hash = null, entry = json_set(entry, '$.atMs', ${FAR_MS}) where cursor = 5`,
    ],
    ['a checkpoint that is not its own', 'update chain_checkpoints set link = 2'],
    ['no checkpoint', 'delete from chain_checkpoints'],
    ['a mark that is not its own', "insert into chain_marks values (7, 'x', 'x')"],
  ])('lets what is old go, and is told ever after: %s', async (_what, statements) => {
    await writeDays();
    tamper(statements);
    const { decisions: before } = await expire();
    expect(before.checkpoint?.link ?? 0).toBeLessThan(DAYS.link);
    const found = await look();
    expect(await accept(acceptanceCode(found))).toMatchObject({ kind: 'accepted' });
    const acceptances = [{ by: 'Ada', reason: 'a bad disk', findings: found.decisions.findings.length }];
    const after = await look();
    expect(after.decisions).toMatchObject({ acceptances, findings: found.decisions.findings });
    expect(acceptanceCode(after)).toBeUndefined();
    const { decisions: expired } = await expire();
    expect(expired).toMatchObject({ checkpoint: DAYS });
    expect(expired).not.toHaveProperty('fault');
    const last = await look();
    expect(acceptanceCode(last)).toBeUndefined();
    expect(last.decisions).toMatchObject({ acceptances });
    expect(last.audit.findings).toEqual([]);
  });

  const CHANGE = "update decisions set entry = json_set(entry, '$.outcome', 'deny') where cursor = 4";
  it.each([
    ['the same row', "update decisions set entry = json_set(entry, '$.outcome', 'hide') where cursor = 4"],
    ['a row before it', "update decisions set entry = json_set(entry, '$.outcome', 'hide') where cursor = 3"],
    ['a row after it', "update decisions set entry = json_set(entry, '$.outcome', 'hide') where cursor = 6"],
    ['the row that says so', "update audit set entry = replace(entry, 'a bad disk', 'a good one')"],
    ['the seal of that row', "update audit set seal = 'x' where link = (select max(link) from audit)"],
    [
      'a row put in',
      'insert into decisions (caller, entry) select caller, entry from decisions where cursor = 6',
    ],
    ['a row taken out', 'delete from decisions where cursor = 6'],
  ])('holds for nothing that is changed later: %s', async (_what, statements) => {
    await writeDays();
    tamper(CHANGE);
    expect(await accept(acceptanceCode(await look()))).toEqual({ kind: 'accepted', findings: 1 });
    tamper(statements);
    expect(acceptanceCode(await look())).toBeDefined();
    const { decisions } = await expire();
    if (!statements.startsWith('insert')) expect(decisions.fault).toContain('audit verify');
  });

  it('is only what was seen', async () => {
    await writeDays();
    tamper(CHANGE);
    const code = acceptanceCode(await look());
    tamper("update decisions set entry = json_set(entry, '$.outcome', 'hide') where cursor = 6");
    const other = acceptanceCode(await look());
    expect(await accept(code)).toEqual({ kind: 'other', code: other });
    expect((await look()).decisions.acceptances).toEqual([]);
    expect(await accept(other)).toEqual({ kind: 'accepted', findings: 2 });
    expect(await accept(other)).toEqual({ kind: 'other' });
  });

  it('counts nothing that somebody else put into the audit log', async () => {
    await writeDays();
    tamper(CHANGE);
    const code = acceptanceCode(await look());
    await accept(code);
    tamper(
      'create table kept as select * from audit where link = (select max(link) from audit)',
      'delete from audit where link = (select max(link) from audit)',
      "insert into audit select link, replace(entry, 'gateway', 'nobody'), hash, seal from kept",
      'drop table kept',
    );
    expect(acceptanceCode(await look())).not.toBe(code);
    expect((await look()).decisions.acceptances).toEqual([]);
  });

  it('lets acts go on that were changed, taken out or sealed by somebody else', async () => {
    await writeDays();
    await using store = await openSqliteStore({ directory, clock: systemClock() });
    for (let count = 0; count < 5; count += 1) await store.audit.record({ ...act, after: { count } });
    tamper(
      "update audit set entry = json_set(entry, '$.actor.name', 'x', '$.atMs', 9e15) where link = 3",
      'delete from audit where link = 5',
      "update audit set seal = 'x' where link = 6",
    );
    const soon = Date.now() + DAY_MS;
    expect(await store.audit.expire(soon)).toMatchObject({ rows: 2 });
    expect(await store.audit.expire(soon)).toMatchObject({ rows: 0 });
    const found = await look();
    expect(kinds(found.audit)).toEqual(['changed 3', 'missing 5', 'rewritten 5']);
    await accept(acceptanceCode(found));
    const expired = await store.audit.expire(soon);
    expect(expired).not.toHaveProperty('fault');
    expect(expired.rows).toBeGreaterThan(3);
    expect(acceptanceCode(await look())).toBeUndefined();
  });
});
