import type { Clock } from '../../limits/index.ts';
import { LedgerClock, type SavedTime } from '../journal/index.ts';
import type { Database, Statement } from './driver.ts';

/** The time that limits go by, kept in the database. */
export class SqliteLedgerClock extends LedgerClock {
  readonly #save: Statement<unknown>;

  constructor(clock: Clock, database: Database) {
    const saved = database.prepare<SavedTime>('select at, monotonic, boot from ledger_clock').get();
    super(clock, { saved, wallMs: clock.wallMs() });
    this.#save = database.prepare(
      'insert into ledger_clock (id, at, monotonic, boot) values (1, ?, ?, ?) on conflict (id) do update set at = excluded.at, monotonic = excluded.monotonic, boot = excluded.boot',
    );
  }

  /** Writes the time into the transaction that is open. */
  save(): void {
    const { at, boot, monotonic } = this.reading();
    this.#save.run(at, monotonic, boot);
  }
}
