import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../limits/index.ts';
import { decisionRow, RESULT } from '../../conformance/fixtures.ts';
import type { ChainHead, ChainReport } from '../../contract.ts';
import { openDatabase } from '../driver.ts';
import { openSqliteStore } from '../open.ts';
import { linkHash, ORIGIN } from './link.ts';
import { chainedRows } from './rows.ts';

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
  const store = await openSqliteStore({ directory, clock: systemClock(), readOnly: true });
  const report = await store.decisions.verify(known);
  await store[Symbol.asyncDispose]();
  return report;
}

const kinds = ({ findings }: ChainReport): readonly string[] =>
  findings.map(({ kind, link }) => `${kind} ${link}`);

describe('the chain of the decision log', () => {
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

  it('shows that somebody without the key changed a row and made all later hashes fit', async () => {
    await write(600);
    const forged = 590;
    const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 1_000 });
    database.exec(
      `update decisions set entry = json_set(entry, '$.target', 'forged') where link = ${forged}`,
    );
    let before = ORIGIN;
    for (const row of [...chainedRows(database)]) {
      const hash = row.link < forged ? row.hash : linkHash(before, row.link, row);
      for (const table of ['decisions', 'outcomes', 'chain_marks', 'chain_head'])
        database.prepare(`update ${table} set hash = ? where link = ?`).run(hash, row.link);
      before = hash;
    }
    database.close();
    const { findings } = await verify();
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['rewritten']));
    expect(findings[0]?.link).toBeLessThanOrEqual(forged);
    expect(findings[0]?.link).toBeGreaterThan(1);
  });
});
