import { sql } from 'kysely';
import { ownTurn } from '../../../turns.ts';
import { type Stats, type StatsReading, TALLY_WIDTHS } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { atMsIn } from '../log-rows.ts';
import { build } from '../tables.ts';
import { all, change, first, type Work } from '../work.ts';
import { addTallies, PLACE } from './add.ts';
import { countsOf, type TallyKind, tally } from './lot.ts';
import type { Lot, RecentDecisions } from './recent.ts';

/** How often counts are read at most while somebody counts. */
const MOST_READS = 20;
/** Counts that are deleted in one go. */
const FORGET_ROWS = 2_000;

/**
 * Each step saves the cursor with what it counts, in one transaction: however many count at once, in however many processes, no row is
 * counted twice. To be disposed of before its database is closed: then what counts comes to its end.
 */
export class SqlStats implements Stats, AsyncDisposable {
  readonly #executor: SqlExecutor;
  readonly #recent: RecentDecisions;
  readonly #known = new Set<string>();
  readonly #counting = new Set<Promise<boolean>>();
  #isClosed = false;

  /** `recent`: what this process writes. */
  constructor(executor: SqlExecutor, recent: RecentDecisions) {
    this.#executor = executor;
    this.#recent = recent;
  }

  async advance(options: Parameters<Stats['advance']>[0] = {}): Promise<boolean> {
    const counting = this.#advance(options);
    this.#counting.add(counting);
    try {
      return await counting;
    } finally {
      this.#counting.delete(counting);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#counting]);
  }

  async #advance({
    mostRows = Number.POSITIVE_INFINITY,
    signal,
  }: NonNullable<Parameters<Stats['advance']>[0]>): Promise<boolean> {
    const executor = this.#executor;
    if (this.#isClosed) return false;
    const goal = await executor.read(newest);
    const from = await executor.read(counted);
    for (let after = from; ; after = await executor.read(counted)) {
      if (after >= goal) return true;
      // Whoever counted them.
      const isEnough = after - from >= mostRows;
      if (this.#isClosed || signal?.aborted === true || isEnough) return false;
      const lot = this.#recent.take(after) ?? (await this.#read(after, goal));
      // What is left was deleted meanwhile.
      if (lot === undefined) return true;
      await executor.write(() => count(lot, this.#known));
      await ownTurn();
    }
  }

  #read(after: number, goal: number): Promise<Lot | undefined> {
    const upTo = Math.min(goal, this.#recent.begins);
    return this.#executor.read(() => lotAfter(after, upTo, this.#executor.pace.evenRows));
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
    return this.#executor.read(function* () {
      for (let tries = 1; ; tries += 1) {
        const before = yield* counted();
        const reading = yield* readingOf(span);
        // Somebody counted in between: what was read is not of one moment.
        if (before === (yield* counted()) || tries === MOST_READS) return reading;
      }
    });
  }

  forget(...[width, beforeMs]: Parameters<Stats['forget']>): Promise<number> {
    const ms = TALLY_WIDTHS[width];
    const over = build
      .selectFrom('tallies')
      .select(PLACE)
      .where('width', '=', ms)
      .where('at', '<', beforeMs - ms)
      .limit(FORGET_ROWS);
    return this.#executor.write(() =>
      change(
        build
          .deleteFrom('tallies')
          .where(sql<boolean>`(${sql.join(PLACE.map((one) => sql.ref(one)))}) in ${over}`),
      ),
    );
  }
}

function* readingOf(span: Span): Work<StatsReading> {
  const outcomes = yield* all(outcomesIn(span));
  const tools = yield* all(mostFrequent('tool', span));
  const refusals = yield* all(mostFrequent('refusal', span));
  const grants = yield* all(mostFrequent('grant', span));
  const tallies = { outcomes, tools, refusals, grants };
  const countedUntilMs = yield* countedUntil();
  return countedUntilMs === undefined ? tallies : { ...tallies, countedUntilMs };
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
  return row === undefined ? undefined : (atMsIn(row.entry) ?? undefined);
}

/** Of the log, at most `limit` rows up to the cursor `upTo`; undefined when there is none. */
function* lotAfter(after: number, upTo: number, limit: number): Work<Lot | undefined> {
  const next = build
    .selectFrom('decisions')
    .innerJoin('callers', 'callers.id', 'decisions.caller')
    .select(['cursor', 'caller', 'organization', 'server', 'grant_id', 'grant_name', 'policy', 'entry'])
    .where('cursor', '>', after)
    .where('cursor', '<=', upTo)
    .orderBy('cursor')
    .limit(limit);
  const rows = yield* all(next);
  const last = rows.at(-1)?.cursor;
  return last === undefined ? undefined : { after, last, tallies: tally(countsOf(rows)) };
}

/** Within a transaction; nothing is done when somebody else has counted meanwhile. */
function* count({ after, last: cursor, tallies }: Lot, known: Set<string>): Work<void> {
  if ((yield* counted()) !== after) return;
  yield* addTallies(tallies, known);
  const save = build.insertInto('tally_cursor').values({ id: 1, cursor });
  yield* change(save.onConflict((row) => row.column('id').doUpdateSet({ cursor })));
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

function mostFrequent(kind: TallyKind, { fromMs, limit, organization, untilMs, width }: Span) {
  return build
    .selectFrom('tallies')
    .select((one) => ['first', 'second', one.cast<number>(one.fn.sum('count'), 'bigint').as('count')])
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
