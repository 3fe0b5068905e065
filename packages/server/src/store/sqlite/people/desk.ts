import type { Compilable } from 'kysely';
import type { Clock } from '../../../limits/index.ts';
import type { AuditAct } from '../../contract.ts';
import type { AuditWriter } from '../audit/index.ts';
import { type Database, transact } from '../driver.ts';
import { toStoreError } from '../errors.ts';
import { change, rows } from '../tables.ts';

export type DeskOptions = {
  readonly database: Database;
  readonly clock: Clock;
  readonly file: string;
  readonly audit: AuditWriter;
};

/** Sorts after every id: they are UUIDs of version 7, which sort by time, in hexadecimal digits. */
export const LAST_ID = 'g';

/** One connection with its clock; all failures leave as `StoreError`. */
export class Desk {
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  nowMs(): number {
    return this.#options.clock.wallMs();
  }

  all<Row>(query: Compilable<Row>): Row[] {
    return this.#guarded(() => rows(this.#options.database, query));
  }

  first<Row>(query: Compilable<Row>): Row | undefined {
    return this.all(query)[0];
  }

  /** How many rows changed; within `write` or on its own. */
  change(query: Compilable): number {
    return this.#guarded(() => change(this.#options.database, query));
  }

  /** All of it or nothing; nobody else reads or writes in between. */
  write<Result>(work: () => Result): Result {
    return this.#guarded(() => transact(this.#options.database, work));
  }

  /** The row of a change, within the transaction that makes it. */
  note(act: AuditAct): void {
    this.#options.audit.write(act);
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw toStoreError(error, this.#options.file);
    }
  }
}
