/** What replicas do for each other between the groups of calls, not beside them. */
import { sql } from 'kysely';
import { UNKNOWN } from '../../contract.ts';
import { type Answer, type Desk, TaskEntry } from '../../journal/index.ts';
import { all, build, change, type Work } from '../../sql/index.ts';
import { END_EPOCH } from './epoch.ts';
import type { Sign } from './silence.ts';

type Own = {
  readonly id: string;
  /** The least cursor of its calls under way; undefined without any. */
  readonly oldest: number | undefined;
};

/** Notes after which cursor all calls of this replica come that are under way: whatever it wrote before is known to it by then. */
export class MarkEntry extends TaskEntry {
  readonly addsNothing = true;
  readonly #own: () => Own;

  constructor(own: () => Own, answer: Answer<void>) {
    super(answer);
    this.#own = own;
  }

  *apply(): Work<void> {
    const { id, oldest } = this.#own();
    const since = oldest === undefined ? sql.raw(NEWEST) : sql`cast(${oldest - 1} as bigint)`;
    yield* change(rawly(sql`update replicas set since = ${since} where id = ${id}`));
  }
}

/** The cursor of the last row of the log, in SQL. */
export const NEWEST = '(select coalesce(max(cursor), 0) from decisions)';

/**
 * Shuts out a replica that died, and frees what its calls held, unless it came back or somebody else was quicker. From then on it
 * writes nothing more, so that what it left can be looked for.
 */
export class FenceEntry extends TaskEntry {
  readonly #last: Sign;

  /** `last`: the sign after which it was silent. */
  constructor(last: Sign, answer: Answer<void>) {
    super(answer);
    this.#last = last;
  }

  *apply(): Work<void> {
    const { id, seenAt } = this.#last;
    const isDead = sql`id = ${id} and seen_at = cast(${seenAt} as bigint)`;
    const fence = sql`with dead as (delete from replicas where ${isDead} returning id, since),
      freed as (delete from running where replica in (select id from dead))
      insert into dead_replicas (id, since) select id, since from dead`;
    yield* change(rawly(fence));
    yield* change(rawly(sql.raw(END_EPOCH)));
  }
}

/** Ends calls that a replica left as unknown, unless somebody else did. */
export class EndCallsEntry extends TaskEntry {
  readonly #calls: readonly number[];

  constructor(calls: readonly number[], answer: Answer<void>) {
    super(answer);
    this.#calls = calls;
  }

  *apply({ log }: Desk): Work<void> {
    const ended = build.selectFrom('outcomes').select('decision').where('decision', 'in', this.#calls);
    const over = new Set((yield* all(ended)).map(({ decision }) => decision));
    for (const cursor of this.#calls) if (!over.has(cursor)) log.outcome(cursor, UNKNOWN);
  }
}

/** A statement on tables that Postgres alone has. */
function rawly(text: ReturnType<typeof sql<unknown>>) {
  return { compile: () => text.compile(build) };
}
