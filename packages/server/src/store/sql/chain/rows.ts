import type { Snapshot } from '../executor.ts';
import type { Kind, Values } from '../link.ts';
import { atMsIn, CALLER_COLUMNS, callerText } from '../log-rows.ts';
import { type AuditRecord, build, type CallerRecord, type DecisionRecord } from '../tables.ts';
import { all, type Work } from '../work.ts';

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

/** Of decisions, with what is known of their callers: nothing where somebody deleted that. */
const decisionsWithCallers = () =>
  build
    .selectFrom('decisions')
    .leftJoin('callers', 'callers.id', 'decisions.caller')
    .select(['decisions.cursor', 'decisions.caller', 'decisions.entry', 'decisions.link', 'decisions.hash'])
    .select(CALLER_COLUMNS);
type DecisionWithCaller = Pick<DecisionRecord, 'cursor' | 'caller' | 'entry'> &
  Omit<CallerRecord, 'id'> &
  Place;
type OutcomeWithId = Place & {
  readonly decision: number;
  readonly entry: string;
  /** Of the decision. */
  readonly decided: string | null;
};
type Place = { readonly link: number; readonly hash: string };

/** All linked rows of both tables by their links, one at a time. */
export function chainedRows({ walk }: Snapshot): AsyncIterable<ChainedRow> {
  const decisions = decisionsWithCallers()
    .where('decisions.link', 'is not', null)
    .orderBy('decisions.link')
    .orderBy('decisions.cursor');
  const outcomes = build
    .selectFrom('outcomes')
    .leftJoin('decisions', 'decisions.cursor', 'outcomes.decision')
    .select(['outcomes.decision', 'outcomes.entry', 'outcomes.link', 'outcomes.hash'])
    .select('decisions.entry as decided')
    .where('outcomes.link', 'is not', null)
    .orderBy('outcomes.link')
    .orderBy('outcomes.decision');
  // Casts: rows without a link are left out, and of a caller that somebody deleted nothing fits the hash.
  return merge(
    mapped(walk(decisions) as AsyncIterable<DecisionWithCaller>, decisionRow),
    mapped(walk(outcomes) as AsyncIterable<OutcomeWithId>, outcomeRow),
  );
}

/** All rows of the audit log by their links, one at a time. */
export function auditRows({ walk }: Snapshot): AsyncIterable<ChainedRow> {
  return mapped(walk(build.selectFrom('audit').selectAll().orderBy('link')), actRow);
}

/** A row that stands in no chain. */
export type UnlinkedRow = Pick<ChainedRow, 'kind' | 'id'> & { readonly entry: string };

/** Rows without a link that are younger than the chain. */
export async function unlinkedRows({ walk }: Snapshot): Promise<readonly UnlinkedRow[]> {
  const firstLinked = build
    .selectFrom('decisions')
    .select((one) => one.fn.min('cursor').as('cursor'))
    .where('link', 'is not', null);
  const decisions = build
    .selectFrom('decisions')
    .select(['cursor', 'entry'])
    .where('link', 'is', null)
    .where('cursor', '>', firstLinked);
  const outcomes = build
    .selectFrom('outcomes')
    .innerJoin('decisions', 'decisions.cursor', 'outcomes.decision')
    .select(['decisions.cursor', 'decisions.entry as decided', 'outcomes.entry'])
    .where('outcomes.link', 'is', null)
    .where('decisions.link', 'is not', null);
  const found: UnlinkedRow[] = [];
  for await (const { cursor, entry } of walk(decisions))
    found.push({ kind: 'decision', id: idIn(entry, cursor), entry });
  for await (const { cursor, decided, entry } of walk(outcomes))
    found.push({ kind: 'outcome', id: idIn(decided, cursor), entry });
  return found;
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

/** The next decisions after a cursor. */
export function* decisionsFrom(after: number, limit: number): Work<readonly DecisionWithOutcome[]> {
  const next = decisionsWithCallers()
    .leftJoin('outcomes', 'outcomes.decision', 'decisions.cursor')
    .select(['outcomes.entry as outcome_entry', 'outcomes.link as outcome_link'])
    .select('outcomes.hash as outcome_hash')
    .where('decisions.cursor', '>', after)
    .orderBy('decisions.cursor')
    .limit(limit);
  return (yield* all(next)).map((record) => {
    const { caller, cursor, entry, outcome_entry: text } = record;
    const { outcome_hash: hash, outcome_link: link } = record;
    const outcome =
      text === null || link === null || hash === null
        ? undefined
        : outcomeRow({ decided: entry, decision: cursor, entry: text, link, hash });
    // From before there was a chain. A cast: this one has a link.
    const decision = record.link === null ? undefined : decisionRow(record as DecisionWithCaller);
    return { cursor, caller, atMs: atMsIn(entry), decision, outcome };
  });
}

/** Outcomes whose decisions are not there, of a range of cursors. */
export function* looseOutcomes(after: number, upTo: number): Work<readonly ChainedRow[]> {
  const decided = build
    .selectFrom('decisions')
    .select('cursor')
    .where('cursor', '>', after)
    .where('cursor', '<=', upTo);
  const loose = build
    .selectFrom('outcomes')
    .select(['decision', 'entry', 'link', 'hash'])
    .where('decision', '>', after)
    .where('decision', '<=', upTo)
    .where('decision', 'not in', decided)
    .where('link', 'is not', null)
    .orderBy('link');
  // A cast: those without a link are left out.
  return (yield* all(loose)).map((row) => outcomeRow({ ...(row as typeof row & Place), decided: null }));
}

/** The next rows of the audit log after a link. */
export function* actsFrom(
  after: number,
  limit: number,
): Work<readonly { readonly atMs: number | null; readonly act: ChainedRow }[]> {
  const next = build.selectFrom('audit').selectAll().where('link', '>', after).orderBy('link').limit(limit);
  return (yield* all(next)).map((record) => ({ atMs: atMsIn(record.entry), act: actRow(record) }));
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

async function* mapped<From, To>(items: AsyncIterable<From>, map: (item: From) => To): AsyncGenerator<To> {
  for await (const item of items) yield map(item);
}

/** Two sequences that are each in the order of their links become one. */
async function* merge(
  one: AsyncGenerator<ChainedRow>,
  other: AsyncGenerator<ChainedRow>,
): AsyncGenerator<ChainedRow> {
  let left = await one.next();
  let right = await other.next();
  while (left.done !== true || right.done !== true) {
    if (right.done === true || (left.done !== true && left.value.link <= right.value.link)) {
      yield left.value as ChainedRow; // a cast: one of the two is not at its end, and it is not the right one
      left = await one.next();
    } else {
      yield right.value;
      right = await other.next();
    }
  }
}
