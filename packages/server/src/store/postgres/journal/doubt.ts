import type { Entry } from '../../journal/index.ts';
import type { PoolClient } from '../pool.ts';
import type { GroupLog } from './group-log.ts';

/** A group whose commit was asked for and never answered: whether it was written is looked for before anything else is. */
export class Doubt {
  readonly group: readonly Entry[];
  readonly #text: string;
  readonly #values: readonly (number | string)[];

  /** Undefined of a group without a row: nothing is lost by writing it once more. */
  static of({ decisions, outcomes }: GroupLog, group: readonly Entry[]): Doubt | undefined {
    const [decision] = decisions;
    if (decision !== undefined)
      return new Doubt(group, 'select 1 from decisions where cursor = $1 and hash = $2', [
        decision.cursor,
        decision.hash,
      ]);
    const [outcome] = outcomes;
    if (outcome === undefined) return undefined;
    return new Doubt(group, 'select 1 from outcomes where decision = $1 and hash = $2', [
      outcome.decision,
      outcome.hash,
    ]);
  }

  private constructor(group: readonly Entry[], text: string, values: readonly (number | string)[]) {
    this.group = group;
    this.#text = text;
    this.#values = values;
  }

  /** Waits for the lock that the group held, so that it is over one way or the other. */
  async isWritten(client: PoolClient, lock: number): Promise<boolean> {
    await client.query(`begin; select pg_advisory_xact_lock(${lock})`);
    try {
      const { rows } = await client.query(this.#text, [...this.#values]);
      return rows.length > 0;
    } finally {
      await client.query('rollback');
    }
  }
}
