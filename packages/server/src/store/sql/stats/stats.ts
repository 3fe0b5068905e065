import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_TALLY_NAMES } from '../../../limits/index.ts';
import { type Stats, type StatsReading, TALLY_WIDTHS } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { type Kind, type Place, tallyLot } from './lot.ts';

/** Decisions that are counted in one transaction: about a millisecond where the database is in the process. */
const STEP_ROWS = 200;
/** Counts that are deleted in one go. */
const FORGET_ROWS = 2_000;

/** Each step finds the cursor, counts and saves it in one transaction: however many count at once, no row is counted twice. */
export class SqlStats implements Stats {
  readonly #room: SqlRoom;

  constructor(room: SqlRoom) {
    this.#room = room;
  }

  async advance({
    mostRows = Number.POSITIVE_INFINITY,
    signal,
  }: Parameters<Stats['advance']>[0] = {}): Promise<boolean> {
    const goal = await this.#room.read(newest);
    for (let rows = 0; ; rows += STEP_ROWS) {
      if ((await this.#room.read(counted)) >= goal) return true;
      if (signal?.aborted === true || rows >= mostRows) return false;
      // What is left was deleted meanwhile.
      if (!(await this.#room.write(step))) return true;
      await nextTurn();
    }
  }

  read({
    limit,
    organization,
    sinceMs,
    untilMs,
    width,
  }: Parameters<Stats['read']>[0]): Promise<StatsReading> {
    const ms = TALLY_WIDTHS[width];
    const span = { organization, width: ms, fromMs: Math.floor(sinceMs / ms) * ms, untilMs, limit };
    return this.#room.read(function* () {
      const outcomes = yield* all(outcomesIn(span));
      const tools = yield* all(mostFrequent('tool', span));
      const refusals = yield* all(mostFrequent('refusal', span));
      const grants = yield* all(mostFrequent('grant', span));
      const tallies = { outcomes, tools, refusals, grants };
      const countedUntilMs = yield* countedUntil();
      return countedUntilMs === undefined ? tallies : { ...tallies, countedUntilMs };
    });
  }

  forget(...[width, beforeMs]: Parameters<Stats['forget']>): Promise<number> {
    const ms = TALLY_WIDTHS[width];
    return this.#room.write(function* () {
      const over = build
        .selectFrom('tallies')
        .select(['organization', 'kind', 'at'])
        .distinct()
        .where('width', '=', ms)
        .where('at', '<', beforeMs - ms)
        .limit(FORGET_ROWS);
      let forgotten = 0;
      for (const { at, kind, organization } of yield* all(over)) {
        const stretch = build.deleteFrom('tallies').where('organization', '=', organization);
        forgotten += yield* change(
          stretch.where('kind', '=', kind).where('width', '=', ms).where('at', '=', at),
        );
        if (forgotten >= FORGET_ROWS) break;
      }
      return forgotten;
    });
  }
}

type Span = {
  readonly organization: string;
  readonly width: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
};

function* counted(): Work<number> {
  return (yield* first(build.selectFrom('tally_cursor').select('cursor')))?.cursor ?? 0;
}

function* newest(): Work<number> {
  const last = build.selectFrom('decisions').select((one) => one.fn.max('cursor').as('cursor'));
  return (yield* first(last))?.cursor ?? 0;
}

/** Undefined when nothing waits to be counted, or nothing is counted that is still there. */
function* countedUntil(): Work<number | undefined> {
  const upTo = yield* counted();
  if (upTo >= (yield* newest())) return undefined;
  const last = build.selectFrom('decisions').select('entry').where('cursor', '<=', upTo);
  const row = yield* first(last.orderBy('cursor', 'desc').limit(1));
  return row === undefined ? undefined : atMsIn(row.entry);
}

/** Undefined where somebody made it unreadable. */
function atMsIn(entry: string): number | undefined {
  try {
    const { atMs } = JSON.parse(entry);
    return typeof atMs === 'number' ? atMs : undefined;
  } catch {
    return undefined;
  }
}

/** Counts some rows, within a transaction; false when there is none. */
function* step(): Work<boolean> {
  const next = build
    .selectFrom('decisions')
    .innerJoin('callers', 'callers.id', 'decisions.caller')
    .select(['cursor', 'caller', 'organization', 'server', 'grant_id', 'grant_name', 'policy', 'entry'])
    .where('cursor', '>', yield* counted())
    .orderBy('cursor')
    .limit(STEP_ROWS);
  const rows = yield* all(next);
  const last = rows.at(-1);
  if (last === undefined) return false;
  for (const { count, place } of tallyLot(rows))
    yield* add({ ...place, ...(yield* boundedName(place)) }, count);
  const { cursor } = last;
  const save = build.insertInto('tally_cursor').values({ id: 1, cursor });
  yield* change(save.onConflict((known) => known.column('id').doUpdateSet({ cursor })));
  return true;
}

function add(place: Place, count: number): Work<number> {
  const insert = build.insertInto('tallies').values({ ...place, count });
  return change(
    insert.onConflict((known) =>
      known
        .columns(['organization', 'kind', 'width', 'at', 'first', 'second'])
        .doUpdateSet((one) => ({ count: one('tallies.count', '+', count) })),
    ),
  );
}

/** An agent can invent names: beyond the bound they are counted together. */
function* boundedName(place: Place): Work<Pick<Place, 'first' | 'second'>> {
  const { at, first: one, kind, organization, second, width } = place;
  const stretch = build
    .selectFrom('tallies')
    .where('organization', '=', organization)
    .where('kind', '=', kind)
    .where('width', '=', width)
    .where('at', '=', at);
  const own = stretch.select('first').where('first', '=', one).where('second', '=', second);
  if ((yield* first(own)) !== undefined) return { first: one, second };
  const names = yield* first(stretch.select((of) => of.fn.countAll<number>().as('names')));
  return (names?.names ?? 0) < MAX_TALLY_NAMES ? { first: one, second } : { first: '', second: '' };
}

function outcomesIn({ fromMs, organization, untilMs, width }: Span) {
  return build
    .selectFrom('tallies')
    .select(['at as atMs', 'first as outcome', 'count'])
    .where('organization', '=', organization)
    .where('kind', '=', 'outcome')
    .where('width', '=', width)
    .where('at', '>=', fromMs)
    .where('at', '<', untilMs)
    .orderBy('at')
    .orderBy('first');
}

function mostFrequent(kind: Kind, { fromMs, limit, organization, untilMs, width }: Span) {
  return build
    .selectFrom('tallies')
    .select((one) => ['first', 'second', one.cast<number>(one.fn.sum('count'), 'integer').as('count')])
    .where('organization', '=', organization)
    .where('kind', '=', kind)
    .where('width', '=', width)
    .where('at', '>=', fromMs)
    .where('at', '<', untilMs)
    .groupBy(['first', 'second'])
    .orderBy('count', 'desc')
    .orderBy('first')
    .orderBy('second')
    .limit(limit);
}
