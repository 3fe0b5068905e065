import { describe, expect, it } from 'vitest';
import { FRESH_MAX, HELD_MAX, LISTED_MAX, type LogRow, LogRows, PAGE_ROWS } from './rows.ts';

function row(cursor: number, change: Partial<LogRow> = {}): LogRow {
  return {
    ...{ cursor, id: `id ${cursor}`, at: '', outcome: 'allow', server: 's', rule: '', mode: 'enforce' },
    ...{ what: 't', grant: 'g', tookMs: undefined, isUnderWay: true },
    ...change,
  };
}

/** Rows with these places, newest first. */
const rows = (newest: number, count: number) => Array.from({ length: count }, (_, at) => row(newest - at));
const cursorsOf = (list: LogRows) =>
  Array.from({ length: list.count }, (_, index) => list.rowAt(index)?.cursor);

describe('the list of the log', () => {
  it('grows at its end page by page, and at its beginning when what waits is shown', () => {
    const list = new LogRows(rows(500, PAGE_ROWS));
    list.append(rows(300, PAGE_ROWS));
    list.append(rows(100, 3));
    for (const cursor of [501, 502]) list.add(row(cursor));
    expect([list.count, list.freshCount]).toEqual([403, 2]);
    expect(list.showFresh()).toBe(true);
    expect([list.count, list.freshCount]).toEqual([405, 0]);
    expect(cursorsOf(list).slice(0, 3)).toEqual([502, 501, 500]);
    expect(list.oldest()).toBe(98);
    expect(list.rowAt(405)).toBeUndefined();
  });

  it('keeps its length and its end alone while nobody looks', () => {
    const list = new LogRows(rows(500, PAGE_ROWS));
    list.append(rows(300, PAGE_ROWS));
    list.append(rows(100, 3));
    list.add(row(501));
    expect(list.rest()).toBe(500);
    expect([list.count, list.freshCount, list.oldest()]).toEqual([403, 0, 98]);
    expect([0, 399, 400].map((index) => list.rowAt(index)?.cursor)).toEqual([undefined, undefined, 100]);
    expect(list.gapIn(250, 260)).toMatchObject({ newest: 300, count: PAGE_ROWS });
    expect(new LogRows([]).rest()).toBeUndefined();
  });

  it('learns what became of calls that wait, that are listed and that it does not have', () => {
    const list = new LogRows(rows(10, 3));
    list.add(row(11));
    const fate = { status: 'result', upstreamMs: 7, gatewayMs: 1, bytesOut: 2 };
    for (const cursor of [9, 11, 99]) list.settle({ cursor, fate });
    list.showFresh();
    expect([0, 1, 2, 3].map((index) => list.rowAt(index)?.tookMs)).toEqual([7, undefined, 7, undefined]);
    expect(list.rowAt(0)?.isUnderWay).toBe(false);
  });

  it(`keeps ${FRESH_MAX} rows that wait; one more, and it has to be read anew`, () => {
    const list = new LogRows(rows(5, 5));
    for (let cursor = 6; cursor < 6 + FRESH_MAX; cursor += 1) list.add(row(cursor));
    expect(list.showFresh()).toBe(true);
    for (let cursor = 0; cursor <= FRESH_MAX; cursor += 1) list.add(row(9_000 + cursor));
    expect(list.freshCount).toBe(FRESH_MAX + 1);
    expect(list.showFresh()).toBe(false);
  });

  it(`holds ${HELD_MAX} rows around what is seen, and says which of those that come into view it let go of`, () => {
    const newest = HELD_MAX + PAGE_ROWS;
    const list = new LogRows(rows(newest, HELD_MAX));
    list.letGo(0, 20);
    expect(list.gapIn(0, HELD_MAX - 1)).toBeUndefined();
    list.append(rows(PAGE_ROWS, PAGE_ROWS));
    const last = list.count - 1;
    list.letGo(last - 20, last);
    expect([list.rowAt(0), list.rowAt(PAGE_ROWS)?.cursor]).toEqual([undefined, newest - PAGE_ROWS]);
    expect(list.gapIn(PAGE_ROWS, last)).toBeUndefined();
    const gap = list.gapIn(0, 20);
    expect(gap).toMatchObject({ newest, count: PAGE_ROWS });
    list.fill(gap ?? { newest: 0, count: 0 }, rows(newest, PAGE_ROWS));
    expect([list.rowAt(0)?.cursor, list.count]).toEqual([newest, newest]);
  });

  it(`ends after ${LISTED_MAX} rows, and goes on before its oldest when there is room again`, () => {
    const list = new LogRows(rows(LISTED_MAX, LISTED_MAX));
    expect(list.isCut).toBe(false);
    list.add(row(LISTED_MAX + 1));
    list.showFresh();
    expect(list.count).toBeLessThanOrEqual(LISTED_MAX);
    expect([list.isCut, list.rowAt(0)?.cursor]).toEqual([true, LISTED_MAX + 1]);
    const oldest = list.oldest() ?? 0;
    list.append(rows(oldest - 1, 1));
    expect([list.isCut, list.oldest()]).toEqual([false, oldest - 1]);
  });
});
