import { sql } from 'kysely';
import type { OutcomeRow } from '../../contract.ts';
import type { Answer, Desk, Entry } from '../../journal/index.ts';
import { all, build, change, type Work } from '../../sql/index.ts';
import { SERVER_MS } from './server-time.ts';

/** The server may have acted, and nobody will ever know: what was taken for the call stays taken. */
const UNKNOWN: OutcomeRow = { status: 'unknown', upstreamMs: 0, gatewayMs: 0, bytesOut: 0 };

export type DeadReplica = {
  readonly replica: string;
  /** Cursors of what it had forwarded. */
  readonly calls: readonly number[];
  readonly deadMs: number;
};

/** Ends the calls of a replica that died, and frees what they held, unless it came back or somebody else was quicker. */
export class CloseEntry implements Entry {
  readonly #dead: DeadReplica;
  readonly #answer: Answer<void>;

  constructor(dead: DeadReplica, answer: Answer<void>) {
    this.#dead = dead;
    this.#answer = answer;
  }

  *apply({ log }: Desk): Work<void> {
    const { calls, deadMs, replica } = this.#dead;
    const isStillDead = sql`delete from replicas where id = ${replica} and seen_at < ${sql.raw(SERVER_MS)} - cast(${deadMs} as bigint)`;
    if ((yield* change(rawly(isStillDead))) === 0) return;
    yield* change(rawly(sql`delete from running where replica = ${replica}`));
    if (calls.length === 0) return;
    const ended = build.selectFrom('outcomes').select('decision').where('decision', 'in', calls);
    const over = new Set((yield* all(ended)).map(({ decision }) => decision));
    for (const cursor of calls) if (!over.has(cursor)) log.outcome(cursor, UNKNOWN);
  }

  committed(): void {
    this.#answer.resolve();
  }

  refuse(error: unknown): void {
    this.#answer.reject(error);
  }

  rolledBack(_desk: Desk, error: Error): 'refused' {
    this.#answer.reject(error);
    return 'refused';
  }
}

/** A statement on tables that Postgres alone has. */
function rawly(text: ReturnType<typeof sql<unknown>>) {
  return { compile: () => text.compile(build) };
}
