import type { Database } from '../driver.ts';
import type { CallerRecord, DecisionRecord, OutcomeRecord } from '../tables.ts';
import { callerText } from './content.ts';
import type { Kind, Values } from './link.ts';

/** A row with its place in the chain; `id` is that of the decision. */
export type ChainedRow = {
  readonly kind: Kind;
  readonly id: string;
  readonly link: number;
  readonly hash: string;
  readonly values: Values;
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

/** The id of a decision, or its place where somebody left no readable entry. */
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
