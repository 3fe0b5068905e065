import { type DecisionRow, type LogEntry, type OutcomeRow, StoreError } from '../contract.ts';
import type { CallerRecord } from './tables.ts';

/** The facts about a caller, in the order in which they are hashed. */
export const CALLER_COLUMNS = [
  'organization',
  'server',
  'grant_id',
  'grant_name',
  'session',
  'era',
  'protocol',
  'client',
  'policy',
  'policy_version',
  'mode',
] as const satisfies readonly (keyof CallerRecord)[];

export function callerValues(caller: Omit<CallerRecord, 'id'>): readonly (string | number)[] {
  return CALLER_COLUMNS.map((column) => caller[column]);
}

/** The facts about a caller as one text; they are hashed with every decision that refers to them. */
export function callerText(caller: Omit<CallerRecord, 'id'>): string {
  return JSON.stringify(callerValues(caller));
}

/** The facts about the caller of a request, which all calls of a session share. */
export function callerOf(row: DecisionRow): Omit<CallerRecord, 'id'> {
  return {
    organization: row.organization,
    server: row.server,
    grant_id: row.grantId,
    grant_name: row.grantName,
    session: row.session,
    era: row.era,
    protocol: row.protocol,
    client: row.client,
    policy: row.policy,
    policy_version: row.policyVersion,
    mode: row.mode,
  };
}

/** A decision with its caller and its outcome, as a query gives them. */
export type LogRecord = Omit<CallerRecord, 'id'> & {
  readonly cursor: number;
  readonly entry: string;
  readonly outcome_entry: string | null;
};

/** A log entry as the journal was given it. Throws `StoreError` when somebody else wrote the row. */
export function decodeEntry(record: LogRecord): LogEntry {
  const { cursor, entry, outcome_entry: outcome } = record;
  // A cast: only the journal writes this column.
  const row = { ...callerFacts(record), ...(parse(entry, cursor) as DecisionFacts) };
  return outcome === null ? { cursor, row } : { cursor, row, outcomeRow: decodeOutcome(outcome, cursor) };
}

/** What became of the decision at `cursor`. Throws `StoreError` when somebody else wrote the row. */
export function decodeOutcome(entry: string, cursor: number): OutcomeRow {
  return parse(entry, cursor) as OutcomeRow; // a cast: only the journal writes this column
}

function parse(text: string, cursor: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `row ${cursor} of the log was changed and cannot be read; boomgate audit verify says what else was`;
    throw new StoreError('unreadable', message, { cause });
  }
}

/** The members of an entry; none where somebody made it unreadable. */
export function membersOf(entry: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(entry);
    // A cast: any object has members by name, of whatever kind.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** When a decision or an act was; null where somebody made it unreadable. */
export function atMsIn(entry: string): number | null {
  const { atMs } = membersOf(entry);
  return typeof atMs === 'number' ? atMs : null;
}

type CallerFacts = ReturnType<typeof callerFacts>;
type DecisionFacts = Omit<DecisionRow, keyof CallerFacts>;

/** Everything of a decision but its caller, as one text: what the chain hashes is what is stored. */
export function encodeDecision(row: DecisionRow): string {
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
    address: row.address,
    forwarded: row.forwarded,
    approval: row.approval,
    secrets: row.secrets,
  };
  return JSON.stringify(facts);
}

function callerFacts(record: LogRecord) {
  return {
    organization: record.organization,
    server: record.server,
    grantId: record.grant_id,
    grantName: record.grant_name,
    session: record.session,
    era: record.era as DecisionRow['era'], // a cast: only the journal writes this column
    protocol: record.protocol,
    client: record.client,
    policy: record.policy,
    policyVersion: record.policy_version,
    mode: record.mode as DecisionRow['mode'], // a cast: only the journal writes this column
  } satisfies Partial<DecisionRow>;
}
