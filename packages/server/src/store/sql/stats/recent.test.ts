import { describe, expect, it } from 'vitest';
import { RecentDecisions } from './recent.ts';

const NOON = Date.UTC(2026, 5, 15, 12);
const CALLER = {
  organization: 'default',
  server: 'files',
  grant_id: 'g1',
  grant_name: 'laptop',
  policy: 'safe',
};

const decision = (target: string) => ({
  atMs: NOON,
  method: 'tools/call',
  target,
  outcome: 'allow',
  rule: '',
});

/** Notes decisions at these cursors, in one transaction that is committed. */
function write(recent: RecentDecisions, cursors: readonly number[], target = (_: number) => 'read'): void {
  for (const cursor of cursors) recent.note(cursor, CALLER, decision(target(cursor)));
  recent.committed();
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const decisionsOf = (lot: ReturnType<RecentDecisions['take']>) =>
  lot?.tallies.find(({ place }) => place.kind === 'outcome' && place.width === 3_600_000)?.count;

describe('decisions that were just written', () => {
  it('are taken once, from where counting ended', () => {
    const recent = new RecentDecisions();
    write(recent, [8, 9, 10]);
    expect(recent.begins).toBe(7);
    const lot = recent.take(7);
    expect(lot).toMatchObject({ after: 7, last: 10 });
    expect(decisionsOf(lot)).toBe(3);
    expect(recent.take(7)).toBeUndefined();
    write(recent, [11]);
    expect(recent.take(10)).toMatchObject({ after: 10, last: 11 });
  });

  it('are not taken by who has counted less, or into the middle of them', () => {
    const recent = new RecentDecisions();
    write(recent, [8, 9, 10]);
    expect(recent.take(6)).toBeUndefined();
    expect(recent.begins).toBe(7);
    expect(recent.take(8)).toBeUndefined();
    expect(recent.begins).toBe(Number.POSITIVE_INFINITY);
  });

  it('leave out what somebody else has written', () => {
    const recent = new RecentDecisions();
    write(recent, [8, 9]);
    write(recent, [11, 12]);
    expect(recent.take(7)).toMatchObject({ last: 9 });
    expect(recent.take(9)).toBeUndefined();
    expect(recent.begins).toBe(10);
    expect(recent.take(10)).toMatchObject({ last: 12 });
  });

  it('are nothing when their transaction was rolled back', () => {
    const recent = new RecentDecisions();
    recent.note(8, CALLER, decision('read'));
    recent.rolledBack();
    write(recent, [8]);
    expect(decisionsOf(recent.take(7))).toBe(1);
  });

  it('come in lots of few names, and are let go when there are too many lots', () => {
    const recent = new RecentDecisions();
    write(recent, range(1, 450), (cursor) => `t${cursor}`);
    expect([recent.take(0), recent.take(200), recent.take(400)]).toMatchObject([
      { last: 200 },
      { last: 400 },
      { last: 450 },
    ]);
    write(recent, range(451, 20_001), (cursor) => `t${cursor}`);
    expect(recent.begins).toBe(20_450);
  });

  it('are the same only when all that is counted of them is', () => {
    const recent = new RecentDecisions();
    const other = { ...CALLER, grant_id: 'g2', grant_name: 'desk' };
    recent.note(1, CALLER, decision('ab'));
    recent.note(2, other, decision('ab'));
    recent.note(3, CALLER, { ...decision('a'), rule: 'b' });
    recent.note(4, CALLER, { ...decision('ab'), atMs: NOON + 3_600_000 });
    recent.note(5, CALLER, { ...decision('ab'), outcome: 'deny' });
    recent.committed();
    const tallies = recent.take(0)?.tallies ?? [];
    const counted = (kind: string) =>
      tallies
        .filter(({ place }) => place.kind === kind && place.width === 3_600_000)
        .map(({ count, place }) => [place.at === NOON ? 'noon' : 'later', place.first, place.second, count]);
    expect(counted('outcome')).toEqual([
      ['noon', 'allow', '', 3],
      ['later', 'allow', '', 1],
      ['noon', 'deny', '', 1],
    ]);
    expect(counted('grant')).toEqual([
      ['noon', 'g1', 'laptop', 3],
      ['later', 'g1', 'laptop', 1],
      ['noon', 'g2', 'desk', 1],
    ]);
    expect(counted('tool')).toEqual([
      ['noon', 'files', 'ab', 3],
      ['noon', 'files', 'a', 1],
      ['later', 'files', 'ab', 1],
    ]);
  });
});
