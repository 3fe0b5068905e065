import type { Step, Usage } from '@boomgate/engine';
import type { DecisionRow, LogEntry, OutcomeRow } from '../contract.ts';
import { Callers } from './callers.ts';
import { ChainWriter } from './chain/writer.ts';
import type { Database, Statement } from './driver.ts';
import type { CallerRecord, DecisionRecord, OutcomeRecord } from './tables.ts';

/** Writes the rows of the log into the transaction that is open. The hot path: statements prepared once. */
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
      'insert into decisions (cursor, id, at, caller, method, target, outcome, rule, message, lists, args_hash, bytes_in, forwarded, link, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#outcome = database.prepare(
      'insert into outcomes (decision, status, http_status, error_code, upstream_ms, gateway_ms, bytes_out, link, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#newest = database.prepare('select max(cursor) as cursor from decisions');
    this.#cursor = this.#readCursor();
  }

  /** Returns the cursor of the new row. */
  decision(row: DecisionRow): number {
    const caller = this.#callers.seen(row);
    const cursor = this.#cursor + 1;
    const { argsHash, atMs, bytesIn, id, message, method, outcome, rule, target } = row;
    const lists = encodeLists(row);
    const forwarded = row.forwarded ? 1 : 0;
    const values = [
      cursor,
      id,
      atMs,
      caller.text,
      method,
      target,
      outcome,
      rule,
      message,
      lists,
      argsHash,
      bytesIn,
      forwarded,
    ];
    const next = this.#chain.next('decision', values);
    values[CALLER_AT] = caller.id;
    this.#decision.run(...values, next.link, next.hash);
    this.#chain.accept(next);
    this.#cursor = cursor;
    return cursor;
  }

  outcome(cursor: number, row: OutcomeRow): void {
    const { status, httpStatus = null, errorCode = null, upstreamMs, gatewayMs, bytesOut } = row;
    const values = [cursor, status, httpStatus, errorCode, upstreamMs, gatewayMs, bytesOut];
    const next = this.#chain.next('outcome', values);
    this.#outcome.run(...values, next.link, next.hash);
    this.#chain.accept(next);
  }

  /** Ends the group: the end of the chain is sealed in the same transaction. */
  seal(): void {
    this.#chain.seal();
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

/** Where a decision's values name the caller: by its facts for the hash, by its number in the row. */
const CALLER_AT = 3;

export type LogRecord = DecisionRecord &
  Omit<CallerRecord, 'id'> & { [Key in keyof OutcomeRecord]: OutcomeRecord[Key] | null };

/** A log entry as `LogWriter` was given it. */
export function decodeEntry(record: LogRecord): LogEntry {
  const entry = { cursor: record.cursor, row: decodeDecision(record) };
  return record.status === null ? entry : { ...entry, outcomeRow: decodeOutcome(record) };
}

function decodeDecision(record: LogRecord): DecisionRow {
  return {
    id: record.id,
    atMs: record.at,
    organization: record.organization,
    server: record.server,
    grantId: record.grant_id,
    grantName: record.grant_name,
    session: record.session,
    era: record.era as DecisionRow['era'], // a cast: only `LogWriter` writes this column
    protocol: record.protocol,
    client: record.client,
    method: record.method,
    target: record.target,
    outcome: record.outcome as DecisionRow['outcome'], // a cast: only `LogWriter` writes this column
    rule: record.rule,
    message: record.message,
    policy: record.policy,
    policyVersion: record.policy_version,
    ...decodeLists(record.lists),
    argsHash: record.args_hash,
    bytesIn: record.bytes_in,
    forwarded: record.forwarded === 1,
    mode: record.mode as DecisionRow['mode'], // a cast: only `LogWriter` writes this column
  };
}

function decodeOutcome(record: LogRecord): OutcomeRow {
  return {
    status: record.status as OutcomeRow['status'], // a cast: only `LogWriter` writes this column
    ...(record.http_status === null ? {} : { httpStatus: record.http_status }),
    ...(record.error_code === null ? {} : { errorCode: record.error_code }),
    upstreamMs: record.upstream_ms ?? 0,
    gatewayMs: record.gateway_ms ?? 0,
    bytesOut: record.bytes_out ?? 0,
  };
}

type Lists = Pick<DecisionRow, 'trace' | 'usage' | 'argKeys'>;

const NO_LISTS: Lists = { trace: [], usage: [], argKeys: [] };

/** One text for all three, because each costs the hot path a serialisation; null when all are empty, as for most lists. */
function encodeLists({ trace, usage, argKeys }: Lists): string | null {
  if (trace.length === 0 && usage.length === 0 && argKeys.length === 0) return null;
  return JSON.stringify([trace, usage, argKeys]);
}

function decodeLists(text: string | null): Lists {
  if (text === null) return NO_LISTS;
  // A cast: only `encodeLists` writes this column.
  const [trace, usage, argKeys] = JSON.parse(text) as [readonly Step[], readonly Usage[], readonly string[]];
  return { trace, usage, argKeys };
}
