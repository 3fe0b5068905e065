import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useMemo, useReducer, useRef, useState } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import type { Line, StreamEvent } from '../../app/stream.ts';
import { useStream } from '../../app/use-stream.ts';
import type { Decision } from './decision-type.ts';
import { type Beginning, forgetLeft, leaveLog, leftLog } from './left.ts';
import { type LogQuery, streamOf } from './query.ts';
import { type Fate, LISTED_MAX, LogRows, PAGE_ROWS, rowOf } from './rows.ts';

/** Rows before the end of what is there from which on more is asked for: scrolling does not come to them before the answer does. */
const AHEAD_ROWS = 3 * PAGE_ROWS;

type View = { readonly first: number; readonly last: number; readonly isTop: boolean };

/** What stands behind the last row. */
export type LogEnd = 'more' | 'beginning' | 'too_long' | { readonly error: unknown };

export type Log = {
  /** Undefined until the first answer came. */
  readonly rows: LogRows | undefined;
  readonly error: unknown;
  readonly line: Line;
  readonly end: LogEnd;
  /** Index of the row at which it begins to be seen: where somebody left it. */
  readonly startAt: number;
  readonly onView: (view: View) => void;
  /** Shows what came meanwhile. */
  readonly showFresh: () => void;
  readonly reread: () => void;
};

/**
 * The log as it is looked for: read backwards page by page as somebody scrolls, and growing at its beginning. Who comes back to
 * it finds the place that they left.
 */
export function useLog(query: LogQuery, { isPaused }: { readonly isPaused: boolean }): Log {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const { beginning, error, leave, reread, startAt } = useBeginning(query);
  const rows = beginning?.rows;
  const view = useRef<View>({ first: startAt, last: startAt, isTop: startAt === 0 });
  const older = useOlder({ query, rows, next: beginning?.next, startAt, draw });
  const left = useEffectEvent(() => leave({ first: view.current.first, next: older.next() }));
  useEffect(() => () => left(), []);
  const showFresh = () => {
    if (rows?.showFresh() === false) reread();
    draw();
  };
  const line = useStream({
    address: beginning === undefined ? undefined : streamOf(query),
    behind: beginning,
    onEvents: (events) => {
      if (rows === undefined) return;
      for (const event of events) tell(rows, event);
      if (!isPaused && view.current.isTop) rows.showFresh();
      draw();
    },
  });
  return {
    ...{ rows, error, line, end: older.end, startAt, showFresh, reread },
    onView: (seen) => {
      view.current = seen;
      older.look(seen);
    },
  };
}

/** The list as somebody left it who comes back, or its first page; and how to leave it. */
function useBeginning(query: LogQuery): {
  readonly beginning: Beginning | undefined;
  readonly error: unknown;
  readonly startAt: number;
  readonly reread: () => void;
  readonly leave: (at: { readonly first: number; readonly next: string | undefined }) => void;
} {
  const { history } = useRouter();
  const [entry] = useState(() => history.location.state.__TSR_index);
  const text = JSON.stringify(query);
  const [isAnew, setAnew] = useState(false);
  const left = useMemo(() => (isAnew ? undefined : leftLog({ entry, text })), [isAnew, entry, text]);
  // It is shown again, and grows: nobody takes it up a second time.
  useEffect(() => left && forgetLeft(), [left]);
  const first = useQuery({
    enabled: left === undefined,
    queryKey: ['log', query],
    queryFn: () => bodyOf(api.decisions.list({ query: { ...query, limit: PAGE_ROWS } })),
    // The stream goes on from there: asking again would only lose what was loaded.
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false },
    refetchOnReconnect: false,
  });
  const page = first.data;
  const read = useMemo((): Beginning | undefined => {
    if (page === undefined) return undefined;
    return { rows: new LogRows(page.items.map(rowOf)), next: page.next, newest: page.newest };
  }, [page]);
  const beginning = left ?? read;
  return {
    beginning,
    error: first.error,
    startAt: left?.first ?? 0,
    reread: () => (left === undefined ? void first.refetch() : setAnew(true)),
    leave: (at) => beginning && at.first > 0 && leaveLog({ entry, text, rows: beginning.rows, ...at }),
  };
}

function tell(rows: LogRows, { data, name }: StreamEvent): void {
  // Casts: the contract says what these events hold.
  if (name === 'decision') rows.add(rowOf(data as Decision));
  else if (name === 'fate') rows.settle(data as Fate);
}

/** Reads what is seen and not there: older pages, and rows that were let go. One request after the other. */
function useOlder({
  draw,
  next,
  query,
  rows,
  startAt,
}: {
  readonly query: LogQuery;
  readonly rows: LogRows | undefined;
  readonly next: string | undefined;
  readonly startAt: number;
  readonly draw: () => void;
}): {
  readonly end: LogEnd;
  readonly look: (view: View) => void;
  readonly next: () => string | undefined;
} {
  const [failed, setFailed] = useState<unknown>();
  const place = useRef({ of: rows, next, isBusy: false });
  const seen = useRef({ first: startAt, last: startAt });
  const step = useEffectEvent(async () => {
    const at = place.current;
    if (rows === undefined || at.isBusy) return;
    const { first, last } = seen.current;
    const gap = rows.gapIn(Math.max(first - AHEAD_ROWS, 0), last + AHEAD_ROWS);
    const isEnd = at.next === undefined && !rows.isCut;
    const wantsMore = !isEnd && rows.count - last < AHEAD_ROWS && rows.count < LISTED_MAX;
    if (gap === undefined && !wantsMore) return;
    at.isBusy = true;
    try {
      if (gap !== undefined) rows.fill(gap, await rowsOf({ ...query, before: gap.newest + 1 }, gap.count));
      else {
        const from = rows.isCut ? { before: rows.oldest() } : { cursor: at.next };
        const page = await bodyOf(api.decisions.list({ query: { ...query, ...from, limit: PAGE_ROWS } }));
        if (place.current === at) rows.append(page.items.map(rowOf));
        at.next = page.next;
      }
      rows.letGo(first, last);
      setFailed(undefined);
    } catch (error) {
      setFailed(error);
      return;
    } finally {
      at.isBusy = false;
    }
    if (place.current !== at) return;
    draw();
    void step();
  });
  useEffect(() => {
    place.current = { of: rows, next, isBusy: false };
    if (rows !== undefined) void step();
    // Who leaves the page looks no further.
    return () => {
      place.current = { of: undefined, next: place.current.next, isBusy: true };
    };
  }, [rows, next]);
  const isMore = place.current.of !== rows || place.current.next !== undefined || rows?.isCut === true;
  const isLong = (rows?.count ?? 0) >= LISTED_MAX;
  const end =
    failed === undefined ? (isMore ? (isLong ? 'too_long' : 'more') : 'beginning') : { error: failed };
  return {
    end,
    look: (view) => {
      seen.current = view;
      void step();
    },
    next: () => place.current.next,
  };
}

/** So many rows from a place on; a page may give fewer than there are. */
async function rowsOf(query: LogQuery & { readonly before: number }, count: number) {
  const found: Decision[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const page = await bodyOf(
      api.decisions.list({ query: { ...query, ...from, limit: count - found.length } }),
    );
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && found.length < count);
  return found.map(rowOf);
}
