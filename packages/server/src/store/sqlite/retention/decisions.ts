import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Expired, type ExpireOptions, StoreError } from '../../contract.ts';
import { headOf } from '../../sql/audit-chain.ts';
import { isSame, sealer } from '../../sql/link.ts';
import type { MarkRecord } from '../../sql/tables.ts';
import { type DecisionWithOutcome, decisionsFrom, looseOutcomes } from '../chain/rows.ts';
import type { LogOptions } from '../log-options.ts';
import { runNow } from '../run.ts';
import { deleteCallers } from './callers.ts';
import { SoundWalk } from './sound-walk.ts';
import { type Boundary, FORGED_CHECKPOINT, type Plan, runSteps, startOf } from './steps.ts';

/** Decisions that are read, or deleted with their outcomes, in one go: one or two milliseconds. */
const STEP_ROWS = 200;

/** Deletes decisions that are older than `beforeMs`, with their outcomes. */
export async function expireDecisions(
  options: LogOptions,
  { beforeMs, ...others }: ExpireOptions & { readonly beforeMs: number },
): Promise<Expired> {
  const { database, forgetCallers } = options;
  if (forgetCallers === undefined) {
    const text = 'only the gateway that uses a data directory deletes rows of its log';
    throw new StoreError('locked', text);
  }
  const start = startOf(options, 'decisions');
  if (start === undefined) return { rows: 0, fault: FORGED_CHECKPOINT };
  const { callers, ...plan } = await planOf(options, { start, beforeMs });
  const deleteDecisions = database.prepare('delete from decisions where cursor <= ?');
  const deleteOutcomes = database.prepare(
    'delete from outcomes where decision <= ? and (link is null or link <= ?)',
  );
  const deleteMarks = database.prepare('delete from chain_marks where link < ?');
  const remove = ({ cursor, link }: Boundary): void => {
    deleteDecisions.run(cursor);
    deleteOutcomes.run(cursor, link);
    deleteMarks.run(link);
  };
  const expired = await runSteps(options, { chain: 'decisions', start, plan, beforeMs, remove }, others);
  if (expired.rows > 0) {
    forgetCallers();
    await deleteCallers(database, callers, others.signal);
  }
  return expired;
}

type Range = { readonly start: Boundary; readonly beforeMs: number };

/**
 * The rows from the beginning up to the first that is not older, as far as a seal at or after them shows that they are as
 * they were written. Who called in them is collected on the way.
 */
async function planOf(
  options: LogOptions,
  { beforeMs, start }: Range,
): Promise<Plan & { readonly callers: Set<number> }> {
  const { database } = options;
  const seal = sealer(options.sealKey(), 'decisions');
  const walk = new SoundWalk(start, { seal, sealAt: sealAt(options) });
  const callers = new Set<number>();
  const old: Boundary[] = [];
  for (const outcome of looseOutcomes(database, start.cursor)) walk.add(outcome);
  let cursor = start.cursor;
  let isOld = true;
  for (;;) {
    const step = decisionsFrom(database, cursor, STEP_ROWS);
    const first = step.findIndex(({ atMs }) => atMs !== null && atMs >= beforeMs);
    for (const { decision, outcome } of step) {
      if (decision !== undefined) walk.add(decision);
      if (outcome !== undefined) walk.add(outcome);
    }
    const older = first === -1 ? step : step.slice(0, first);
    if (isOld && older.length > 0) {
      old.push(boundaryOf(older, old.at(-1) ?? start));
      for (const { caller } of older) callers.add(caller);
    }
    isOld &&= first === -1;
    const end = old.at(-1)?.link ?? 0;
    const last = step.at(-1);
    if (last === undefined || old.length === 0) break;
    // Beyond the old rows only as far as the next seal, or until nothing follows any more.
    if (!isOld && (walk.sealedTo >= end || walk.last.link < end)) break;
    cursor = last.cursor;
    await nextTurn();
  }
  const vouched = Math.max(walk.sealedTo, headVouches(options, walk));
  const boundaries = old.filter(({ link }) => link <= vouched);
  if (boundaries.length === old.length) return { boundaries, callers };
  const fault = `rows of the log after link ${vouched} were not deleted, because they are not as they were written; boomgate audit verify names them`;
  return { boundaries, callers, fault };
}

function boundaryOf(rows: readonly DecisionWithOutcome[], before: Boundary): Boundary {
  const { cursor = before.cursor, decision } = rows.at(-1) ?? {};
  // Rows from before there was a chain have no link: the chain begins where it began.
  const { hash, link } = decision ?? before;
  const throughMs = rows.reduce((latest, { atMs }) => Math.max(latest, atMs ?? 0), before.throughMs);
  return { cursor, link, hash, rows: rows.length, throughMs };
}

function sealAt({ database }: LogOptions): (link: number) => MarkRecord | undefined {
  const mark = database.prepare<MarkRecord>('select link, hash, seal from chain_marks where link = ?');
  return (link) => mark.get(link);
}

/** The link up to which the sealed end of the log vouches, where the walk came to it. */
function headVouches({ database, sealKey }: LogOptions, { last }: SoundWalk): number {
  const head = runNow(database, headOf('chain_head'));
  if (head === undefined || head.link !== last.link || !isSame(head.hash, last.hash)) return 0;
  const seal = sealer(sealKey(), 'decisions')('head', { link: head.link, hash: head.hash });
  return isSame(seal, head.seal) ? head.link : 0;
}
