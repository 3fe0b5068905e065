import { setImmediate as nextTurn } from 'node:timers/promises';
import { APPROVAL_TIMEOUT_MAX_MS } from '@boomgate/engine';
import { type RawBuilder, sql } from 'kysely';
import type { Approval } from '../../../approvals/index.ts';
import type { ApprovalFilter, ApprovalPage, ApprovalPlace } from '../../contract.ts';
import { contains, isPlainInJson, memberOfReadable, memberText, ofReadable } from '../dialect.ts';
import type { SqlExecutor } from '../executor.ts';
import { MAX_LOOKED_AT, StepLength } from '../step-length.ts';
import { build } from '../tables.ts';
import { all } from '../work.ts';
import { decode, isOpen, OPEN } from './table.ts';

/** What a text is looked for in; votes as they are kept, with names and notes. */
const SEARCHED = [
  'tool',
  'server',
  'grantName',
  'rule',
  'message',
  'votes',
] as const satisfies readonly (keyof Approval)[];

const RECORD = sql.ref('record');

type Wanted = ApprovalFilter & { readonly nowMs: number };
type Step = { readonly after: ApprovalPlace | undefined; readonly rows: number };

/**
 * Walks from the newest on in steps, between which other work gets its turn, until there are as many as asked for or `mostRows` were
 * looked at.
 */
export async function readPage(
  executor: SqlExecutor,
  wanted: Wanted,
  mostRows: number,
): Promise<ApprovalPage> {
  const walk = new StepLength(executor.pace);
  const isWanted = conditionOf(wanted);
  const approvals: Approval[] = [];
  let { after } = wanted;
  for (let looked = 0; ; ) {
    const room = wanted.limit - approvals.length;
    if (room <= 0 || looked >= mostRows)
      return { approvals, ...(after === undefined ? {} : { next: after }) };
    const rows = isWanted === undefined ? room : Math.min(walk.rows, mostRows - looked, MAX_LOOKED_AT);
    const query = stepQuery(wanted, isWanted, { after, rows });
    const found = await walk.timed(() => executor.read(() => all(query)));
    for (const { asked_at, id, record } of found) {
      if (approvals.length >= wanted.limit) break;
      after = { askedAtMs: asked_at, id };
      looked += 1;
      const one = record === null ? undefined : decode({ record });
      if (one !== undefined) approvals.push(one);
    }
    if (found.length < rows && approvals.length < wanted.limit) return { approvals };
    await nextTurn();
  }
}

/** Whatever was asked before has ended: who looks for what waits, several times a second, does not go through months of it. */
export function mayBeOpenSince(nowMs: number): number {
  return nowMs - APPROVAL_TIMEOUT_MAX_MS;
}

/** The next rows, with the record of those that are wanted. Those of one moment are in the order of their ids, so that a page has one beginning. */
function stepQuery(
  { nowMs, organization, states }: Wanted,
  isWanted: RawBuilder<boolean> | undefined,
  { after, rows }: Step,
) {
  const record = isWanted === undefined ? RECORD : sql`case when ${isWanted} then record end`;
  let query = build
    .selectFrom('approvals')
    .select(['asked_at', 'id', sql<string | null>`${record}`.as('record')])
    .orderBy('asked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(rows);
  if (organization !== undefined)
    query = query.where(sql<boolean>`${memberOfReadable(RECORD, 'organization')} = ${organization}`);
  if (states?.every(isOpen)) query = query.where('asked_at', '>=', mayBeOpenSince(nowMs));
  if (after !== undefined)
    query = query.where(sql<boolean>`(asked_at, id) < (${after.askedAtMs}, ${after.id})`);
  return query;
}

/** Of which rows the record is read; undefined: of all. */
function conditionOf({ nowMs, states, text }: Wanted): RawBuilder<boolean> | undefined {
  const conditions = [];
  if (states !== undefined) {
    // As `asOf` sees them, so that a page is full where there are more.
    const isOver = sql<boolean>`(state in (${sql.join(OPEN)}) and due_at <= ${nowMs})`;
    const isOne = sql<boolean>`(state in (${sql.join(states)}) and not ${isOver})`;
    conditions.push(states.includes('expired') ? sql<boolean>`(${isOne} or ${isOver})` : isOne);
  }
  if (text !== undefined) {
    if (isPlainInJson(text)) conditions.push(contains(RECORD, text));
    const found = SEARCHED.map((name) => contains(memberText(RECORD, name), text));
    conditions.push(ofReadable(RECORD, sql<boolean>`(${sql.join(found, sql` or `)})`));
  }
  return conditions.length === 0 ? undefined : sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}
