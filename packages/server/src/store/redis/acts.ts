import { hash } from 'node:crypto';
import {
  answerOf,
  type Demand,
  type Held,
  lookAt,
  placeWindow,
  type Reservation,
  roomFor,
  type Taken,
  type WindowDemand,
} from '@boomgate/engine';
import { type Counted, keptFor } from '../journal/index.ts';

/** What a group does to counters: takes all that a call demands or none, or gives back what one took. */
export type Act =
  | { readonly kind: 'take'; readonly demands: readonly Demand[] }
  | { readonly kind: 'return'; readonly taken: Taken };

/** Milliseconds after which calls in flight that nobody asked about are read from the database when they are needed. */
export const CALLS_MS = 3_600_000;

/** Acts as the script reads them, and the counters that it needs, by their places. */
type Question = { readonly text: string; readonly counters: readonly Counted[] };

/** What the script answers for each act: whether it fits, and for each demand what its counter held and the time of its cell, or when one frees room. */
export type Answers = readonly (0 | readonly [fits: number, held: readonly number[]])[];

/** A key may be long and hold what an agent sent: Redis gets neither. */
export function nameOf(key: string): string {
  return hash('sha256', key, 'base64url');
}

export function questionOf(acts: readonly Act[], nowMs: number): Question {
  const places = new Map<string, number>();
  const counters: Counted[] = [];
  const placeOf = ({ key, kind }: Counted): number => {
    const id = `${kind} ${key}`;
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, counters.length);
    return counters.push({ kind, key }) - 1;
  };
  let untilMs = Number.POSITIVE_INFINITY;
  const written = acts.map((act) => {
    if (act.kind === 'return') return returned(act.taken, placeOf(act.taken));
    return {
      take: act.demands.map((demand, index) => {
        const { room } = roomFor(act.demands, index);
        const at = placeOf(demand);
        if (demand.kind !== 'window') return { at, room };
        const { cellMs, endMs, sinceMs } = placeWindow(demand, nowMs);
        const keep = keptFor(demand);
        const common = { at, room, keep, amount: demand.amount, shape: shapeOf(demand) };
        if (endMs === undefined) return { ...common, window: demand.windowMs };
        untilMs = Math.min(untilMs, endMs);
        return { ...common, since: sinceMs, cell: cellMs };
      }),
    };
  });
  const asked = {
    counters: counters.map(({ key, kind }) => [kind === 'window' ? 'w' : 'r', nameOf(key)]),
    acts: written,
    calls_ms: CALLS_MS,
    ...(Number.isFinite(untilMs) ? { until_ms: untilMs } : {}),
  };
  return { text: JSON.stringify(asked), counters };
}

/** How a window looks at the cells of its counter: the field in which it is kept, the time of the oldest cell that it sees, and for how long it sees one. */
export type View = { readonly shape: string; readonly sinceMs: number; readonly keepMs: number };

/** The windows through which the calls among the acts look at a counter, each once. */
export function viewsOf(acts: readonly Act[], key: string, nowMs: number): readonly View[] {
  const views = new Map<string, View>();
  for (const act of acts)
    for (const demand of act.kind === 'take' ? act.demands : []) {
      if (demand.kind !== 'window' || demand.key !== key) continue;
      const shape = shapeOf(demand);
      views.set(shape, { shape, sinceMs: placeWindow(demand, nowMs).sinceMs, keepMs: keptFor(demand) });
    }
  return [...views.values()];
}

/** The reservations of the calls among the acts, in their order. */
export function reservationsOf(
  acts: readonly Act[],
  answers: Answers,
  nowMs: number,
): readonly (readonly [readonly Demand[], Reservation])[] {
  return acts.flatMap((act, nth) => {
    const answer = answers[nth];
    if (act.kind !== 'take' || typeof answer !== 'object') return [];
    return [[act.demands, reservationOf(act.demands, answer, nowMs)] as const];
  });
}

function reservationOf(
  demands: readonly Demand[],
  [fits, held]: readonly [fits: number, held: readonly number[]],
  nowMs: number,
): Reservation {
  const looks = demands.map((demand, index) => {
    const [used = 0, atMs = 0] = held.slice(index * 2);
    return lookAt(demands, index, { used, waitMs: () => waitMs(demand, atMs, nowMs) } satisfies Held);
  });
  const result = answerOf(looks);
  if (result.ok !== (fits === 1)) throw new Error('expected Redis to judge a call as its answer says');
  if (!result.ok) return { result, taken: [] };
  const taken = demands.map((demand, index): Taken => {
    const { key, kind } = demand;
    if (kind !== 'window') return { kind, key };
    return { kind, key, atMs: held[index * 2 + 1] ?? nowMs, amount: demand.amount };
  });
  return { result, taken };
}

/** Milliseconds until the cell of `freedMs` counts no more, or the calendar unit ends. */
function waitMs(demand: Demand, freedMs: number, nowMs: number): number {
  if (demand.kind !== 'window') return 0;
  const { endMs } = placeWindow(demand, nowMs);
  return (endMs ?? freedMs + demand.windowMs + 1) - nowMs;
}

function returned(taken: Taken, at: number) {
  return taken.kind === 'window' ? { at, cell: taken.atMs, amount: taken.amount } : { at };
}

/** The name of a window among those that look at a counter. Never that of another field. */
function shapeOf({ reset, timeZone, unit, windowMs }: WindowDemand): string {
  return reset === 'rolling' ? `rolling ${windowMs}` : `calendar ${unit ?? 'month'} ${timeZone}`;
}
