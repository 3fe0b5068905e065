import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Expired, type ExpireOptions, StoreError } from '../../contract.ts';
import { headOf } from '../audit-chain.ts';
import { type ChainedRow, type DecisionWithOutcome, decisionsFrom, looseOutcomes } from '../chain/rows.ts';
import { isSame, sealer } from '../link.ts';
import type { LogOptions } from '../logs/options.ts';
import { build, type MarkRecord } from '../tables.ts';
import { all, change, type Work } from '../work.ts';
import { deleteCallers } from './callers.ts';
import { SoundWalk } from './sound-walk.ts';
import { type Boundary, olderOf, type Plan, planned, type Range, runSteps } from './steps.ts';

/** Decisions that are read, or deleted with their outcomes, in one go: one or two milliseconds. */
const STEP_ROWS = 200;

/** Deletes decisions that are older than `beforeMs`, with their outcomes. */
export async function expireDecisions(
  options: LogOptions,
  { beforeMs, ...others }: ExpireOptions & { readonly beforeMs: number },
): Promise<Expired> {
  if (options.forgotten === undefined) {
    const text = 'only the gateway that uses a data directory deletes rows of its log';
    throw new StoreError('locked', text);
  }
  const callers = new Set<number>();
  const plan = await planned(options, 'decisions', (start, accepted) =>
    planOf(options, { start, accepted, beforeMs, callers }),
  );
  const expired = await runSteps(options, { chain: 'decisions', plan, beforeMs, remove }, others);
  if (expired.rows > 0) await deleteCallers(options, callers, others.signal);
  return expired;
}

function* remove({ cursor, link }: Boundary): Work<void> {
  yield* change(build.deleteFrom('decisions').where('cursor', '<=', cursor));
  const outcomes = build.deleteFrom('outcomes').where('decision', '<=', cursor);
  yield* change(outcomes.where((one) => one.or([one('link', 'is', null), one('link', '<=', link)])));
  yield* change(build.deleteFrom('chain_marks').where('link', '<', link));
}

/**
 * The rows from the beginning up to the first that is not older, as far as a seal at or after them shows that they are as
 * they were written. Who called in them is collected on the way in `callers`.
 */
async function planOf(
  options: LogOptions,
  { accepted, beforeMs, callers, start }: Range & { readonly callers: Set<number> },
): Promise<Plan> {
  const { executor } = options;
  const marks = new Map<number, MarkRecord>();
  const seal = sealer(options.sealKey(), 'decisions');
  const walk = new SoundWalk(start, {
    chain: 'decisions',
    accepted,
    seal,
    sealAt: (link) => marks.get(link),
  });
  const old: DecisionBoundary[] = [];
  for (const outcome of await executor.read(() => looseOutcomes(0, start.cursor))) walk.add(outcome);
  let cursor = start.cursor;
  let isOld = true;
  for (;;) {
    const step = await executor.read(() => decisionsFrom(cursor, STEP_ROWS));
    for (const mark of await executor.read(() => marksOf(step))) marks.set(mark.link, mark);
    const older = olderOf(step, ({ decision }) => decision, { accepted, beforeMs });
    const last = step.at(-1);
    if (last !== undefined && accepted.all.length > 0)
      for (const outcome of await executor.read(() => looseOutcomes(cursor, last.cursor))) walk.add(outcome);
    for (const { decision, outcome } of step) {
      if (decision !== undefined) walk.add(decision);
      if (outcome !== undefined) walk.add(outcome);
    }
    if (isOld && older.length > 0) {
      old.push(boundaryOf(older, old.at(-1) ?? start));
      for (const { caller } of older) callers.add(caller);
    }
    isOld &&= older.length === step.length;
    const end = old.at(-1)?.link ?? 0;
    if (last === undefined || old.length === 0) break;
    // Beyond the old rows only as far as the next seal, or until nothing follows any more.
    if (!isOld && (walk.sealedTo >= end || walk.last.link < end)) break;
    cursor = last.cursor;
    await nextTurn();
  }
  const vouched = Math.max(walk.sealedTo, await headVouches(options, walk));
  const boundaries = old.filter(({ link, row }) => link <= vouched && (row === undefined || walk.took(row)));
  if (boundaries.at(-1) === old.at(-1)) return { start, boundaries };
  const fault = `rows of the log after link ${vouched} were not deleted, because they are not as they were written; boomgate audit verify names them`;
  return { start, boundaries, fault };
}

/** With the row at its link, absent at the start. */
type DecisionBoundary = Boundary & { readonly row?: ChainedRow };

function boundaryOf(rows: readonly DecisionWithOutcome[], before: DecisionBoundary): DecisionBoundary {
  const { cursor = before.cursor, decision } = rows.at(-1) ?? {};
  // Rows from before there was a chain have no link: the chain begins where it began.
  const { hash, link } = decision ?? before;
  const row = decision ?? before.row;
  const throughMs = rows.reduce((latest, { atMs }) => Math.max(latest, atMs ?? 0), before.throughMs);
  return { cursor, link, hash, rows: rows.length, throughMs, ...(row === undefined ? {} : { row }) };
}

/** The marks among the links of these rows. */
function* marksOf(rows: readonly DecisionWithOutcome[]): Work<readonly MarkRecord[]> {
  const links = rows.flatMap(({ decision, outcome }) => [decision?.link ?? [], outcome?.link ?? []].flat());
  if (links.length === 0) return [];
  const [from, to] = [Math.min(...links), Math.max(...links)];
  const marks = build.selectFrom('chain_marks').select(['link', 'hash', 'seal']).where('link', '>=', from);
  return yield* all(marks.where('link', '<=', to));
}

/** The link up to which the sealed end of the log vouches, where the walk came to it. */
async function headVouches({ executor, sealKey }: LogOptions, { last }: SoundWalk): Promise<number> {
  const head = await executor.read(() => headOf('chain_head'));
  if (head === undefined || head.link !== last.link || !isSame(head.hash, last.hash)) return 0;
  const seal = sealer(sealKey(), 'decisions')('head', { link: head.link, hash: head.hash });
  return isSame(seal, head.seal) ? head.link : 0;
}
