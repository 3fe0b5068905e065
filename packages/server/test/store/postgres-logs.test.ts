import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { decisionRow, RESULT } from '../../src/store/conformance/index.ts';
import { type AuditAct, acceptanceCode, type ChainReport, type Store } from '../../src/store/index.ts';
import { inPostgresWords } from '../../src/store/postgres/words.ts';
import { memberOfReadable } from '../../src/store/sql/dialect.ts';
import { build } from '../../src/store/sql/tables.ts';
import { type LoggedCall, writeCalls } from '../support/log-rows.ts';
import { askAll } from '../support/postgres.ts';
import { until } from '../support/programs.ts';
import { useStores } from '../support/stores.ts';

const OLD_MS = 1_000;
const DAY = { organization: 'default', width: 'day', sinceMs: 0, untilMs: 86_400_000, limit: 9 } as const;
const stores = useStores();
const openStore = (): Promise<Store> => stores.open({ clock: systemClock() });

async function openWith(calls: readonly LoggedCall[], replica?: string): Promise<Store> {
  const store = await openStore();
  await writeCalls(stores.url(), store.secrets.key('log-seal'), calls, replica);
  return store;
}

function calls(count: number, change: Parameters<typeof decisionRow>[0] = {}): readonly LoggedCall[] {
  return Array.from({ length: count }, (_, at) => ({
    row: decisionRow({ atMs: OLD_MS, session: `s${at}`, ...change }),
    ...(at % 2 === 0 ? { outcome: RESULT } : {}),
  }));
}

function act(): AuditAct {
  const actor = { kind: 'person', id: 'p1', name: 'Ada', via: 'dashboard', address: '' } as const;
  const target = { kind: 'server', id: 's1', name: 'files' };
  return { organization: 'default', actor, action: 'server.updated', target };
}

async function callers(): Promise<number> {
  const [answer] = await askAll(stores.url(), ['select count(*)::int as count from callers']);
  return Number(answer?.[0]?.['count']);
}

const kinds = ({ findings }: ChainReport) => findings.map(({ kind, link }) => `${kind} ${link}`);

describe('the chain of the decision log on Postgres', () => {
  it('is sound as written', async () => {
    const store = await openWith(calls(1_500));
    expect(await store.decisions.verify()).toMatchObject({
      rows: 2_250,
      findings: [],
      head: { link: 2_250 },
    });
  });

  it.each([
    [
      'a changed decision',
      `update decisions set entry = replace(entry, '"t"', '"u"') where cursor = 3`,
      'changed 4',
    ],
    ['an entry that is no JSON', `update decisions set entry = '{' where cursor = 2`, 'changed 3'],
    ['a changed caller', `update callers set grant_name = 'somebody else' where id = 1`, 'changed 1'],
    ['a missing caller', 'delete from callers where id = 1', 'changed 1'],
    ['a missing outcome', 'delete from outcomes where decision = 3', 'missing 5'],
    [
      'a row put in without a link',
      'insert into decisions (cursor, caller, entry) select 99, caller, entry from decisions where cursor = 1',
      'inserted 9',
    ],
    [
      'an outcome put in without a link',
      'insert into outcomes (decision, entry) select 2, entry from outcomes where decision = 1',
      'inserted 9',
    ],
    ['a cut off end', 'delete from decisions where cursor = 6', 'cut_off 9'],
  ])('shows %s', async (_what, tampering, finding) => {
    const store = await openWith(calls(6));
    await askAll(stores.url(), [tampering]);
    expect(kinds(await store.decisions.verify())).toEqual([finding]);
  });

  it('shows an end that somebody without the key wrote, also once a gateway went on from there', async () => {
    const store = await openWith(calls(6));
    await askAll(stores.url(), [`update chain_head set seal = repeat('0', 64)`]);
    expect(kinds(await store.decisions.verify())).toEqual(['rewritten 1']);
    for (let count = 0; count < 3; count += 1)
      await store.journal.admit([], () => decisionRow({ outcome: 'allow', forwarded: true }));
    const found = await store.decisions.verify();
    expect(kinds(found)).toEqual(['rewritten 1']);
    expect(found.findings[0]?.text).toBe('the chain was rewritten between links 1 and 9');
  });
});

describe('reading logs on Postgres', () => {
  it('finds what has NUL or half a character in it by every filter, and takes a question with them', async () => {
    const target = 'pay\u0000 \ud83d \\u0000';
    const odd = decisionRow({ target, outcome: 'deny', argKeys: ['\u0000k', 'to'], atMs: 77 });
    const store = await openWith([...calls(3), { row: odd }]);
    for (const filter of [
      { outcome: 'deny' },
      { target },
      { text: 'PAY' },
      { argKey: 'to' },
      { argKey: '\u0000k' },
      { untilMs: 77 },
    ]) {
      const found = await store.decisions.query({ limit: 9, ...filter });
      expect(found.map(({ row }) => row)).toEqual([odd]);
    }
    expect(await store.decisions.query({ limit: 9, server: '\u0000' })).toEqual([]);
  });

  it('filters a log that Postgres would rather read with several processes', async () => {
    const store = await openWith(calls(3));
    await askAll(stores.url(), [
      'insert into decisions (cursor, caller, entry) select 3 + at, 1, entry from decisions, generate_series(1, 30000) as at where cursor = 3',
      'analyze decisions',
    ]);
    expect(await store.decisions.query({ limit: 9, text: 'argKeys' })).toEqual([]);
    expect(await store.decisions.query({ limit: 9, outcome: 'deny' })).toEqual([]);
  });

  it('looks for text in any case of ASCII letters alone', async () => {
    const store = await openWith([
      { row: decisionRow({ target: 'ÄRGER' }) },
      { row: decisionRow({ target: 'ärGER' }) },
    ]);
    const found = await store.decisions.query({ limit: 9, text: 'ärger' });
    expect(found.map(({ row }) => row.target)).toEqual(['ärGER']);
  });

  it('passes over an entry that somebody made unreadable where it filters, and says so where it does not', async () => {
    const store = await openWith(calls(3));
    await store.audit.record(act());
    await askAll(stores.url(), [
      `update decisions set entry = '{' where cursor = 2`,
      `update audit set entry = 'x'`,
    ]);
    const allowed = await store.decisions.query({ limit: 9, outcome: 'allow' });
    expect(allowed.map(({ cursor }) => cursor)).toEqual([1, 3]);
    expect(await store.audit.query({ limit: 9, action: 'server' })).toEqual([]);
    const unreadable = { code: 'unreadable' };
    await expect(store.decisions.query({ limit: 9 })).rejects.toMatchObject(unreadable);
    await expect(store.audit.query({ limit: 9 })).rejects.toMatchObject(unreadable);
    expect(kinds(await store.audit.verify())).toEqual(['changed 1']);
  });
});

describe('retention on Postgres', () => {
  it('deletes once what several replicas delete at once', async () => {
    const young = { row: decisionRow({ atMs: OLD_MS + 1 }) };
    const store = await openWith([...calls(900), young]);
    const stores = [store, await openStore(), await openStore()];
    const expired = await Promise.all(stores.map(({ decisions }) => decisions.expire(OLD_MS + 1)));
    expect(expired.reduce((sum, { rows }) => sum + rows, 0)).toBe(900);
    expect(expired.map(({ fault }) => fault)).toEqual([undefined, undefined, undefined]);
    expect(await store.decisions.verify()).toMatchObject({ findings: [], checkpoint: { rows: 900 } });
    expect((await store.decisions.query({ limit: 9 })).map(({ row }) => row)).toEqual([young.row]);
  });

  it('finds nothing wrong with rows that another replica deletes meanwhile', async () => {
    const store = await openWith(calls(2_000));
    const { line, url } = await stores.openLine();
    const slow = await stores.open({ clock: systemClock(), url });
    let isWalking = false;
    line.passing = (bytes) => {
      isWalking ||= bytes.includes('from "decisions"');
      return bytes;
    };
    // So that what it has not read yet is gone before it comes there.
    line.delayMs = 40;
    const walk = slow.decisions.expire(OLD_MS + 1);
    await until(() => isWalking);
    expect(await store.decisions.expire(OLD_MS + 1)).toMatchObject({ rows: 2_000 });
    expect(await walk).toEqual({ rows: 0 });
    expect((await store.decisions.verify()).findings).toEqual([]);
  });

  it('goes on over what was changed and taken out once that is accepted', async () => {
    const store = await openWith([...calls(900), { row: decisionRow({ atMs: OLD_MS + 1 }) }]);
    await askAll(stores.url(), [
      `update decisions set entry = replace(entry, '"t"', '"u"') where cursor = 3`,
      'delete from decisions where cursor = 301',
    ]);
    expect(await store.decisions.expire(OLD_MS + 1)).toMatchObject({ fault: expect.any(String) });
    const found = { decisions: await store.decisions.verify(), audit: await store.audit.verify() };
    const how = { by: act().actor, reason: 'a bad disk' };
    expect(await store.audit.accept(acceptanceCode(found) ?? '', how)).toEqual({
      kind: 'accepted',
      findings: 2,
    });
    const expired = await store.decisions.expire(OLD_MS + 1);
    expect(expired).toMatchObject({ checkpoint: { cursor: 900 } });
    expect(expired).not.toHaveProperty('fault');
    expect(await store.decisions.verify()).toMatchObject({
      findings: [],
      acceptances: [{ by: 'Ada', reason: 'a bad disk', findings: 2 }],
    });
  });

  it('deletes who called in rows of its own, and of replicas that are gone', async () => {
    const store = await openWith(calls(5));
    await store.journal.record(decisionRow({ atMs: OLD_MS }));
    await store.decisions.expire(OLD_MS + 1);
    expect(await callers()).toBe(1);
    await store.journal.record(decisionRow({ target: 'new' }));
    expect((await store.decisions.query({ limit: 9 })).map(({ row }) => row.target)).toEqual(['new']);
    expect(await store.decisions.verify()).toMatchObject({ findings: [] });
  });

  it('keeps whom another replica still knows', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const row = () => decisionRow({ atMs: OLD_MS });
    await other.journal.record(row());
    await store.journal.record(row());
    expect(await store.decisions.expire(OLD_MS + 1)).toMatchObject({ rows: 2 });
    expect(await callers()).toBe(2);
    await other.journal.record(row());
    expect(await store.decisions.query({ limit: 9 })).toHaveLength(1);
    await other[Symbol.asyncDispose]();
    expect(await store.decisions.expire(OLD_MS + 1)).toMatchObject({ rows: 1 });
    expect(await callers()).toBe(1);
  });

  it('records who calls anew where a replica was taken for dead meanwhile', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const row = () => decisionRow({ atMs: OLD_MS });
    await other.journal.record(row());
    await store.journal.record(row());
    await askAll(stores.url(), ['delete from replicas']);
    expect(await store.decisions.expire(OLD_MS + 1)).toMatchObject({ rows: 2 });
    expect(await callers()).toBe(1);
    await other.journal.record(row());
    expect(await store.decisions.query({ limit: 9 })).toHaveLength(1);
  });
});

describe('counts on Postgres', () => {
  it('come out once, whichever replicas count at once', async () => {
    const store = await openWith(calls(1_000));
    const all = [store, await openStore(), await openStore()];
    await Promise.all(all.map(({ stats }) => stats.advance()));
    expect((await store.stats.read(DAY)).outcomes).toEqual([{ atMs: 0, outcome: 'allow', count: 1_000 }]);
  });

  it('come out once of what replicas write by turns, and count while they write', async () => {
    const all = [await openStore(), await openStore(), await openStore()];
    let written = 0;
    for (let round = 0; round < 20; round += 1) {
      const some = all.flatMap(({ journal }) =>
        Array.from({ length: 1 + (round % 4) }, () => journal.record(decisionRow({ atMs: OLD_MS }))),
      );
      written += some.length;
      const counting = round % 3 === 0 ? all.map(({ stats }) => stats.advance()) : [];
      await Promise.all([...some, ...counting]);
    }
    for (const { stats } of all) expect(await stats.advance()).toBe(true);
    const [store] = all;
    expect((await store?.stats.read(DAY))?.outcomes).toEqual([{ atMs: 0, outcome: 'allow', count: written }]);
  });

  it('come to an end when the store is closed', async () => {
    const store = await openWith(calls(1_000));
    const counting = store.stats.advance();
    await store[Symbol.asyncDispose]();
    expect(await counting).toBe(false);
    expect(await store.stats.advance()).toBe(false);
  });
});

it('approvals of an organisation are found along their index, in the order in which they were asked for', async () => {
  const many = `insert into approvals (id, binding, call, grant_id, state, asked_at, record)
    select i::text, i::text, i::text, 'g', 'used', i, json_build_object('organization', 'o' || i % 20)::text
    from generate_series(1, 4000) i`;
  const ofOne = build
    .selectFrom('approvals')
    .select('id')
    .where(sql<boolean>`${memberOfReadable(sql.ref('record'), 'organization')} = ${sql.lit('o7')}`)
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(50);
  const question = inPostgresWords(ofOne.compile().sql.replace('limit ?', 'limit 50'));
  const answers = await askAll(stores.url(), [many, 'analyze approvals', `explain ${question}`]);
  const plan = JSON.stringify(answers.at(-1));
  expect(plan).toContain('Index Scan Backward using approvals_organization');
  expect(plan).not.toContain('Sort');
});
