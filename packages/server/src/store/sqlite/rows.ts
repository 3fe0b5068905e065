import { type DecisionRow, type LogEntry, type OutcomeRow, StoreError } from '../contract.ts';
import type { CallerRecord } from '../sql/tables.ts';
import { Callers } from './callers.ts';
import { ChainWriter } from './chain/writer.ts';
import type { Database, Statement } from './driver.ts';

/**
 * Writes the rows of the log into the transaction that is open. The hot path: statements prepared once, and each row one text,
 * so that what the chain hashes is what is stored.
 */
export class LogWriter {
  readonly #callers: Callers;
  readonly #chain: ChainWriter;
  readonly #decision: Statement<unknown>;
  readonly #outcome: Statement<unknown>;
  readonly #newest: Statement<{ readonly cursor: number | null }>;
  #cursor: number;

  constructor(database: Database, sealKey: () => Buffer) {
    this.#callers = new Callers(database);
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

  /** Callers get new numbers from now on, so that the ones they had can be deleted when no row has them. */
  forgetCallers(): void {
    this.#callers.forget();
  }

  /** The transaction was rolled back, and with it what was remembered of callers and the chain. */
  rolledBack(): void {
    this.#callers.forget();
    this.#chain.rolledBack();
    this.#cursor = this.#readCursor();
  }

  #readCursor(): number {
    return this.#newest.get()?.cursor ?? 0;
  }
}

/** A decision with its caller and its outcome, as a query gives them. */
export type LogRecord = Omit<CallerRecord, 'id'> & {
  readonly cursor: number;
  readonly entry: string;
  readonly outcome_entry: string | null;
};

/** A log entry as `LogWriter` was given it. Throws `StoreError` when somebody else wrote the row. */
export function decodeEntry(record: LogRecord): LogEntry {
  const { cursor, entry, outcome_entry: outcome } = record;
  // A cast: only `LogWriter` writes this column.
  const row = { ...callerFacts(record), ...(parse(entry, cursor) as DecisionFacts) };
  return outcome === null ? { cursor, row } : { cursor, row, outcomeRow: decodeOutcome(outcome, cursor) };
}

/** What became of the decision at `cursor`. Throws `StoreError` when somebody else wrote the row. */
export function decodeOutcome(entry: string, cursor: number): OutcomeRow {
  return parse(entry, cursor) as OutcomeRow; // a cast: only `LogWriter` writes this column
}

function parse(text: string, cursor: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `row ${cursor} of the log was changed and cannot be read; boomgate audit verify says what else was`;
    throw new StoreError('unreadable', message, { cause });
  }
}

type CallerFacts = Pick<
  DecisionRow,
  | 'organization'
  | 'server'
  | 'grantId'
  | 'grantName'
  | 'session'
  | 'era'
  | 'protocol'
  | 'client'
  | 'policy'
  | 'policyVersion'
  | 'mode'
>;
type DecisionFacts = Omit<DecisionRow, keyof CallerFacts>;

function encodeDecision(row: DecisionRow): string {
  const facts: DecisionFacts = {
    id: row.id,
    atMs: row.atMs,
    method: row.method,
    target: row.target,
    outcome: row.outcome,
    rule: row.rule,
    message: row.message,
    trace: row.trace,
    usage: row.usage,
    argKeys: row.argKeys,
    argsHash: row.argsHash,
    bytesIn: row.bytesIn,
    forwarded: row.forwarded,
    approval: row.approval,
  };
  return JSON.stringify(facts);
}

function callerFacts(record: LogRecord): CallerFacts {
  return {
    organization: record.organization,
    server: record.server,
    grantId: record.grant_id,
    grantName: record.grant_name,
    session: record.session,
    era: record.era as DecisionRow['era'], // a cast: only `Callers` writes this column
    protocol: record.protocol,
    client: record.client,
    policy: record.policy,
    policyVersion: record.policy_version,
    mode: record.mode as DecisionRow['mode'], // a cast: only `Callers` writes this column
  };
}
