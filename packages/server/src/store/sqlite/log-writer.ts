import type { DecisionRow, OutcomeRow } from '../contract.ts';
import { Callers, type LogWriter } from '../journal/index.ts';
import { CALLER_COLUMNS, callerValues, encodeDecision, type RecentDecisions } from '../sql/index.ts';
import { ChainWriter } from './chain/writer.ts';
import type { Database, Statement } from './driver.ts';

/**
 * Writes the rows of the log into the transaction that is open. The hot path: statements prepared once, and each row one text,
 * so that what the chain hashes is what is stored.
 */
export class SqliteLogWriter implements LogWriter {
  readonly #callers: Callers;
  readonly #chain: ChainWriter;
  readonly #decision: Statement<unknown>;
  readonly #outcome: Statement<unknown>;
  readonly #recent: RecentDecisions;
  readonly #newest: Statement<{ readonly cursor: number | null }>;
  #cursor: number;

  constructor(database: Database, sealKey: () => Buffer, recent: RecentDecisions) {
    this.#recent = recent;
    const places = CALLER_COLUMNS.map(() => '?');
    const caller = database.prepare(
      `insert into callers (${CALLER_COLUMNS.join(', ')}) values (${places.join(', ')})`,
    );
    this.#callers = new Callers((facts) => Number(caller.run(...callerValues(facts)).lastInsertRowid));
    this.#chain = new ChainWriter(database, sealKey);
    this.#decision = database.prepare(
      'insert into decisions (cursor, caller, entry, link, hash) values (?, ?, ?, ?, ?)',
    );
    this.#outcome = database.prepare(
      'insert into outcomes (decision, entry, link, hash) values (?, ?, ?, ?)',
    );
    // When all rows were deleted, the checkpoint still knows where they ended.
    this.#newest = database.prepare(
      "select max(coalesce((select max(cursor) from decisions), 0), coalesce((select cursor from chain_checkpoints where chain = 'decisions'), 0)) as cursor",
    );
    this.#cursor = this.#readCursor();
  }

  /** Returns the cursor of the new row. */
  decision(row: DecisionRow): number {
    const caller = this.#callers.seen(row);
    const cursor = this.#cursor + 1;
    const entry = encodeDecision(row);
    const next = this.#chain.next('decision', [cursor, caller.text, entry]);
    this.#decision.run(cursor, caller.id, entry, next.link, next.hash);
    this.#chain.accept(next);
    this.#recent.note(cursor, caller.facts, row);
    this.#cursor = cursor;
    return cursor;
  }

  outcome(cursor: number, row: OutcomeRow): void {
    const entry = JSON.stringify(row);
    const next = this.#chain.next('outcome', [cursor, entry]);
    this.#outcome.run(cursor, entry, next.link, next.hash);
    this.#chain.accept(next);
  }

  /** Ends the group: the end of the chain is sealed in the same transaction. */
  seal(): void {
    this.#chain.seal();
  }

  committed(): void {
    this.#recent.committed();
  }

  /** Callers get new numbers from now on, so that the ones they had can be deleted when no row has them. */
  forgetCallers(): void {
    this.#callers.forget();
  }

  /** The transaction was rolled back, and with it what was remembered of callers and the chain. */
  rolledBack(): void {
    this.#callers.forget();
    this.#chain.rolledBack();
    this.#recent.rolledBack();
    this.#cursor = this.#readCursor();
  }

  #readCursor(): number {
    return this.#newest.get()?.cursor ?? 0;
  }
}
