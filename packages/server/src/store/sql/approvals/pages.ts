import { APPROVAL_TIMEOUT_MAX_MS } from '@boomgate/engine';
import { type RawBuilder, sql } from 'kysely';
import type { Approval } from '../../../approvals/index.ts';
import { ownTurn } from '../../../turns.ts';
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

/** Newest first. Of what has ended, looks at no more than `mostRows`, and ends with fewer than were asked for then. */
export async function readPage(
  executor: SqlExecutor,
  wanted: Wanted,
  mostRows: number,
): Promise<ApprovalPage> {
  const condition = conditionOf(wanted);
  if (condition !== undefined && !isOfOpen(wanted)) return walk(executor, { ...wanted, condition }, mostRows);
  const query = rowsBehind(wanted, wanted.after).select('record').limit(wanted.limit);
  const found = await executor.read(() => all(condition === undefined ? query : query.where(condition)));
  const approvals = found.flatMap((row) => decode(row) ?? []);
  const last = approvals.at(-1);
  return { approvals, ...(last === undefined || found.length < wanted.limit ? {} : { next: last }) };
}

/** In steps, between which other work gets its turn. */
async function walk(
  executor: SqlExecutor,
  wanted: Wanted & { readonly condition: RawBuilder<boolean> },
  mostRows: number,
): Promise<ApprovalPage> {
  const length = new StepLength(executor.pace);
  const record = sql<string | null>`case when ${wanted.condition} then record end`.as('record');
  const approvals: Approval[] = [];
  let { after } = wanted;
  for (let looked = 0; looked < mostRows; ) {
    const rows = Math.min(length.rows, mostRows - looked, MAX_LOOKED_AT);
    const step = rowsBehind(wanted, after).select(['asked_at', 'id', record]).limit(rows);
    const found = await length.timed(() => executor.read(() => all(step)));
    for (const row of found) {
      after = { askedAtMs: row.asked_at, id: row.id };
      looked += 1;
      const one = row.record === null ? undefined : decode({ record: row.record });
      if (one !== undefined) approvals.push(one);
      if (approvals.length === wanted.limit) return { approvals, next: after };
    }
    if (found.length < rows) return { approvals };
    await ownTurn();
  }
  return { approvals, ...(after === undefined ? {} : { next: after }) };
}

/** What is open was asked for lately: that is looked for in one question, and nothing of it is missed. */
function isOfOpen({ states }: Wanted): boolean {
  return states?.every(isOpen) === true;
}

/** Whatever was asked before has ended: who looks for what waits, several times a second, does not go through months of it. */
export function mayBeOpenSince(nowMs: number): number {
  return nowMs - APPROVAL_TIMEOUT_MAX_MS;
}

/** Those of one moment are in the order of their ids, so that a page has one beginning. */
function rowsBehind(wanted: Wanted, after: ApprovalPlace | undefined) {
  const { nowMs, organization } = wanted;
  let query = build.selectFrom('approvals').orderBy('asked_at', 'desc').orderBy('id', 'desc');
  if (organization !== undefined)
    query = query.where(sql<boolean>`${memberOfReadable(RECORD, 'organization')} = ${organization}`);
  if (isOfOpen(wanted)) query = query.where('asked_at', '>=', mayBeOpenSince(nowMs));
  if (after !== undefined)
    query = query.where(sql<boolean>`(asked_at, id) < (${after.askedAtMs}, ${after.id})`);
  return query;
}

/** Undefined: all are wanted. */
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
