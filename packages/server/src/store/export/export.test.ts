import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../limits/index.ts';
import { decisionRow, RESULT } from '../conformance/index.ts';
import type { Store } from '../contract.ts';
import { openSqliteStore } from '../sqlite/open.ts';
import { csvLine, everyEntry, exportActs, exportDecisions, followLog } from './index.ts';

describe('a line of CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', `"'  =1"`],
    ['\t=1', '\\u0009=1'],
    ['\uff1d1', "'\uff1d1"],
    ['|calc', "'|calc"],
    ['a=1', 'a=1'],
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['say "x"', '"say ""x"""'],
    ['a\r\nb', 'a\\u000d\\u000ab'],
    ['\u001b[2J', '\\u001b[2J'],
    ['\u2028\u202e', '\\u2028\\u202e'],
    ['\ud800', '\\ud800'],
    ['a\u{e0158}\ufe01\u034f\u3164', 'a\\udb40\\udd58\\ufe01\\u034f\\u3164'],
    ['❤️', '❤️'],
    ['é 😀', '"é 😀"'],
  ])('%j becomes %j', (text, cell) => {
    expect(csvLine([text])).toBe(cell);
  });

  it('leaves numbers as they are, and nothing where there is nothing', () => {
    expect(csvLine([-5, undefined, true, 0.5])).toBe('-5,,true,0.5');
  });
});

async function all(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

describe('an export', () => {
  let directory: string;
  let store: Store;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'boomgate-export-'));
    store = await openSqliteStore({ directory, clock: systemClock() });
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });
  const record = (count: number, target = 't') =>
    Promise.all(Array.from({ length: count }, () => store.journal.record(decisionRow({ target }))));

  it('has one line for each entry, whatever names hold', async () => {
    const evil = 'x\n{"level":"fatal"}\u2028\u001b[2J,"=1';
    store.journal.settle(await store.journal.admit([], () => decisionRow({ target: evil })), 'kept', RESULT);
    await record(1);
    const lines = await all(exportDecisions(store.decisions, {}, 'ndjson'));
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toMatch(/^[ -~]+\n[ -~]+\n$/);
    expect(lines.map((line) => JSON.parse(line))).toEqual(await store.decisions.query({ limit: 5 }));
    const [titles, first, ...rest] = await all(exportDecisions(store.decisions, {}, 'csv'));
    expect(titles).toMatch(
      /^cursor,id,time,.*,bytes_out,grant_became,result_fault,approval,era,address,secrets,result_secrets\r\n$/,
    );
    expect(first).toContain('"x\\u000a{""level"":""fatal""}\\u2028\\u001b[2J,""=1"');
    expect(rest).toHaveLength(1);
  });

  it('says by which approval a call was let through, in which era its agent speaks, and from where', async () => {
    await store.journal.record(
      decisionRow({ approval: 'apr_1', era: 'legacy', address: '::1', secrets: 'npm token in a' }),
    );
    const [, line] = await all(exportDecisions(store.decisions, {}, 'csv'));
    expect(line).toMatch(/,apr_1,legacy,::1,"npm token in a",\r\n$/);
  });

  it('has acts with both sides of the change', async () => {
    await store.policies.register('=safe', 'one');
    const [, line] = await all(exportActs(store.audit, { action: 'policy' }, 'csv'));
    expect(line).toContain(`policy.created,policy,'=safe,'=safe,,"{""version"":1,`);
  });

  it('ends with what was there when it began, and takes each row once while others are written', async () => {
    await record(1_200);
    const cursors: number[] = [];
    for await (const { cursor } of everyEntry(store.decisions, {})) {
      if (cursors.length % 400 === 0) await record(50);
      cursors.push(cursor);
    }
    expect(cursors).toEqual(Array.from({ length: 1_200 }, (_, at) => at + 1));
  });

  it('follows a log from a cursor until it is told to stop', async () => {
    await record(3, 'before');
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const { row } of followLog(store.decisions, { after: 2 }, stop.signal)) {
        seen.push(row.target);
        if (seen.length === 1) await record(600, 'after');
        if (seen.length === 601) stop.abort();
      }
    })();
    await following;
    expect([seen[0], ...new Set(seen.slice(1))]).toEqual(['before', 'after']);
  });
});
