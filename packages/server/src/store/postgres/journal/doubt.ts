import type { Entry } from '../../journal/index.ts';
import { JOURNAL_LOCK } from '../executor.ts';
import type { PoolClient } from '../pool.ts';
import type { GroupLog } from './group-log.ts';

/** A row of a group, by which one finds whether the group was written: all of it is, or nothing. */
export class Trace {
  readonly #text: string;
  readonly #values: readonly (number | string)[];

  /** Undefined of a group without a row. */
  static of({ decisions, outcomes }: GroupLog): Trace | undefined {
    const [decision] = decisions;
    if (decision !== undefined)
      return new Trace('select 1 from decisions where cursor = $1 and hash = $2', [
        decision.cursor,
        decision.hash,
      ]);
    const [outcome] = outcomes;
    if (outcome === undefined) return undefined;
    return new Trace('select 1 from outcomes where decision = $1 and hash = $2', [
      outcome.decision,
      outcome.hash,
    ]);
  }

  private constructor(text: string, values: readonly (number | string)[]) {
    this.#text = text;
    this.#values = values;
  }

  async isThere(client: PoolClient): Promise<boolean> {
    const { rows } = await client.query(this.#text, [...this.#values]);
    return rows.length > 0;
  }
}

/** A group whose commit was asked for and never answered: whether it was written is looked for before anything else is. */
export class Doubt {
  readonly group: readonly Entry[];
  readonly #trace: Trace;

  /** Undefined of a group without a row: nothing is lost by writing it once more. */
  static of(log: GroupLog, group: readonly Entry[]): Doubt | undefined {
    const trace = Trace.of(log);
    return trace && new Doubt(trace, group);
  }

  private constructor(trace: Trace, group: readonly Entry[]) {
    this.group = group;
    this.#trace = trace;
  }

  /** Waits for the lock that the group held, so that it is over one way or the other. */
  async isWritten(client: PoolClient): Promise<boolean> {
    await client.query(`begin; select pg_advisory_xact_lock(${JOURNAL_LOCK})`);
    try {
      return await this.#trace.isThere(client);
    } finally {
      await client.query('rollback');
    }
  }
}
