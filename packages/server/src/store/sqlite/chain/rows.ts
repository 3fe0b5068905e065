import { callerText } from '../../sql/index.ts';
import type { Kind, Values } from '../../sql/link.ts';
import type { AuditRecord, CallerRecord, DecisionRecord, OutcomeRecord } from '../../sql/tables.ts';
import type { Database } from '../driver.ts';

/** A row with its place in the chain; `id` is that of the decision. */
export type ChainedRow = {
  readonly kind: Kind;
  readonly id: string;
  readonly link: number;
  readonly hash: string;
  readonly values: Values;
  /** A seal of the row's own, where every row has one. */
  readonly seal?: string;
};

type DecisionWithCaller = DecisionRecord &
  Omit<CallerRecord, 'id'> & { readonly link: number; readonly hash: string };
type OutcomeWithId = OutcomeRecord & {
  /** Of the decision. */
  readonly decided: string | null;
  readonly link: number;
  readonly hash: string;
};

/** All linked rows of both tables by their links, one at a time. */
export function* chainedRows(database: Database): Generator<ChainedRow> {
  const decisions = database.prepare<DecisionWithCaller>(
    'select callers.*, decisions.* from decisions left join callers on callers.id = decisions.caller where link is not null order by link, cursor',
  );
  const outcomes = database.prepare<OutcomeWithId>(
    'select outcomes.*, decisions.entry as decided from outcomes left join decisions on cursor = decision where outcomes.link is not null order by outcomes.link, decision',
  );
  yield* merge(mapped(decisions.iterate(), decisionRow), mapped(outcomes.iterate(), outcomeRow));
}

/** All rows of the audit log by their links, one at a time. */
export function auditRows(database: Database): Generator<ChainedRow> {
  return mapped(database.prepare<AuditRecord>('select * from audit order by link').iterate(), actRow);
}

/** Rows without a link that are younger than the chain. */
export function unlinkedRows(database: Database): readonly { readonly kind: Kind; readonly id: string }[] {
  const decisions = database
    .prepare<DecisionRecord>(
      'select * from decisions where link is null and cursor > (select min(cursor) from decisions where link is not null)',
    )
    .all();
  const outcomes = database
    .prepare<DecisionRecord>(
      'select decisions.* from outcomes join decisions on cursor = decision where outcomes.link is null and decisions.link is not null',
    )
    .all();
  return [
    ...decisions.map(({ cursor, entry }) => ({ kind: 'decision' as const, id: idIn(entry, cursor) })),
    ...outcomes.map(({ cursor, entry }) => ({ kind: 'outcome' as const, id: idIn(entry, cursor) })),
  ];
}

/** A decision with the outcome that it may have, each with its place in the chain unless it is older than the chain. */
export type DecisionWithOutcome = {
  readonly cursor: number;
  readonly caller: number;
  /** Null where somebody left an entry that nobody can read. */
  readonly atMs: number | null;
  readonly decision: ChainedRow | undefined;
  readonly outcome: ChainedRow | undefined;
};

type Joined = DecisionWithCaller & {
  readonly at_ms: number | null;
  readonly outcome_entry: string | null;
  readonly outcome_link: number | null;
  readonly outcome_hash: string | null;
};

const AT_MS = "case when json_valid(%) then % ->> 'atMs' end as at_ms";
const atMsOf = (column: string): string => AT_MS.replaceAll('%', column);

/** The next decisions after a cursor. */
export function decisionsFrom(
  database: Database,
  after: number,
  limit: number,
): readonly DecisionWithOutcome[] {
  return database
    .prepare<Joined>(
      `select callers.*, decisions.*, ${atMsOf('decisions.entry')}, outcomes.entry as outcome_entry,
         outcomes.link as outcome_link, outcomes.hash as outcome_hash
       from decisions left join callers on callers.id = decisions.caller left join outcomes on decision = cursor
       where cursor > ? order by cursor limit ?`,
    )
    .all(after, limit)
    .map((record) => {
      const { at_ms: atMs, caller, cursor, entry, outcome_entry: text } = record;
      const { outcome_hash: hash, outcome_link: link } = record;
      const outcome =
        text === null || link === null || hash === null
          ? undefined
          : outcomeRow({ decided: entry, decision: cursor, entry: text, link, hash });
      // From before there was a chain: the type of the record is that of linked rows.
      const isLinked = (record.link as number | null) !== null;
      return { cursor, caller, atMs, decision: isLinked ? decisionRow(record) : undefined, outcome };
    });
}

/** Outcomes whose decisions were deleted before them. */
export function looseOutcomes(database: Database, upTo: number): readonly ChainedRow[] {
  return database
    .prepare<OutcomeWithId>(
      'select outcomes.*, null as decided from outcomes where decision <= ? and link is not null order by link',
    )
    .all(upTo)
    .map(outcomeRow);
}

/** The next rows of the audit log after a link. */
export function actsFrom(
  database: Database,
  after: number,
  limit: number,
): readonly { readonly atMs: number | null; readonly act: ChainedRow }[] {
  return database
    .prepare<AuditRecord & { readonly at_ms: number | null }>(
      `select *, ${atMsOf('entry')} from audit where link > ? order by link limit ?`,
    )
    .all(after, limit)
    .map((record) => ({ atMs: record.at_ms, act: actRow(record) }));
}

function decisionRow(record: DecisionWithCaller): ChainedRow {
  const { cursor, entry, hash, link } = record;
  const values = [cursor, callerText(record), entry];
  return { kind: 'decision', id: idIn(entry, cursor), link, hash, values };
}

function outcomeRow(record: OutcomeWithId): ChainedRow {
  const { decided, decision, entry, hash, link } = record;
  const id = decided === null ? `of decision ${decision}` : idIn(decided, decision);
  return { kind: 'outcome', id, link, hash, values: [decision, entry] };
}

function actRow({ entry, hash, link, seal }: AuditRecord): ChainedRow {
  return { kind: 'act', id: idIn(entry, link), link, hash, seal, values: [entry] };
}

/** The id of a decision or an act, or its place where somebody left no readable entry. */
function idIn(entry: string, cursor: number): string {
  try {
    return String(JSON.parse(entry).id);
  } catch {
    return `at ${cursor}`;
  }
}

function* mapped<From, To>(items: Iterable<From>, map: (item: From) => To): Generator<To> {
  for (const item of items) yield map(item);
}

/** Two sequences that are each in the order of their links become one. */
function* merge(one: Iterator<ChainedRow>, other: Iterator<ChainedRow>): Generator<ChainedRow> {
  let left = one.next();
  let right = other.next();
  while (left.done !== true || right.done !== true) {
    if (right.done === true || (left.done !== true && left.value.link <= right.value.link)) {
      yield left.value as ChainedRow; // a cast: one of the two is not at its end, and it is not the right one
      left = one.next();
    } else {
      yield right.value;
      right = other.next();
    }
  }
}
