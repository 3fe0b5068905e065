import { setTimeout as wait } from 'node:timers/promises';
import {
  type Actor,
  type Checkpoint,
  type Expired,
  type ExpireOptions,
  FIRST_ORGANIZATION,
  GATEWAY,
} from '../../contract.ts';
import { Acceptances, acceptancesOf, checkpointPrint } from '../chain/acceptances.ts';
import { checkpointOf, isSealed, readCheckpoint, saveCheckpoint } from '../chain/checkpoint.ts';
import type { ChainedRow } from '../chain/rows.ts';
import { type ChainName, ORIGIN } from '../link.ts';
import type { LogOptions } from '../logs/options.ts';
import type { Work } from '../work.ts';

/** Milliseconds of rest between two steps, so that calls have the store nearly to themselves. */
const REST_MS = 10;

/** How far one step deletes; `rows` counts those of this step. */
export type Boundary = {
  readonly cursor: number;
  readonly link: number;
  readonly hash: string;
  readonly rows: number;
  readonly throughMs: number;
};

/** Where a chain begins; `stored` is the link that the checkpoint says, whoever wrote it. */
type Start = Checkpoint & { readonly stored: number; readonly fault?: string };

/** What may be deleted, in steps; `fault` says why no more. */
export type Plan = {
  readonly start: Start;
  readonly boundaries: readonly Boundary[];
  readonly fault?: string;
};

/** What a plan is made of. */
export type Range = {
  readonly start: Start;
  readonly beforeMs: number;
  readonly accepted: Acceptances;
};

type Dated = { readonly atMs: number | null };

/**
 * The rows before the first that is not older. What rows that were accepted say of their time is nobody's word, and might keep the log
 * for ever: those that were changed are no younger than the row after them, those that were put in as old as that.
 */
export function olderOf<Row extends Dated>(
  step: readonly Row[],
  rowOf: (row: Row) => ChainedRow | undefined,
  { accepted, beforeMs }: Pick<Range, 'accepted' | 'beforeMs'>,
): readonly Row[] {
  let end = step.length;
  let after: number | null = null;
  for (const [at, row] of [...step.entries()].reverse()) {
    const isPutIn: boolean = after !== null && accepted.isPutIn(rowOf(row));
    const isTooYoung: boolean = after !== null && (row.atMs ?? 0) > after && accepted.isBreak(rowOf(row));
    const atMs: number | null = isPutIn || isTooYoung ? after : row.atMs;
    if (atMs !== null && atMs >= beforeMs) end = at;
    after = atMs;
  }
  return step.slice(0, end);
}

const ORIGIN_START: Start = {
  ...{ link: 0, hash: ORIGIN, cursor: 0, rows: 0, throughMs: 0, atMs: 0, by: '' },
  stored: 0,
};

/** Makes a plan of what is as it was written, or was accepted as it is. */
export async function planned(
  options: LogOptions,
  chain: ChainName,
  plan: (start: Start, accepted: Acceptances) => Promise<Plan>,
): Promise<Plan> {
  const key = options.sealKey();
  const accepted = await options.executor.snapshot((snapshot) => acceptancesOf(snapshot, chain, key));
  const start = await startOf(options, chain, accepted);
  const { fault } = start;
  if (fault !== undefined) return { start, boundaries: [], fault };
  // What was accepted of rows that are gone costs no further look.
  return await plan(start, accepted.reachBehind(start.link) ? accepted : new Acceptances(chain));
}

/** Where the chain begins now; with a fault when somebody else wrote the checkpoint, and nobody accepted that. */
async function startOf(
  { executor, sealKey }: LogOptions,
  chain: ChainName,
  accepted: Acceptances,
): Promise<Start> {
  const record = await executor.read(() => checkpointOf(chain));
  if (record === undefined) return ORIGIN_START;
  const stored = record.link;
  if (isSealed(record, sealKey())) return { ...readCheckpoint(record), stored };
  const isAccepted = accepted.of(checkpointPrint(chain, record)) !== undefined;
  return { ...ORIGIN_START, stored, ...(isAccepted ? {} : { fault: FORGED_CHECKPOINT }) };
}

const FORGED_CHECKPOINT =
  'nothing was deleted, because the checkpoint is not the one that the gateway wrote; boomgate audit verify says more';

type Deletion = {
  readonly chain: ChainName;
  readonly plan: Plan;
  readonly beforeMs: number;
  /** Deletes everything up to the boundary, in the transaction that is open. */
  readonly remove: (upTo: Boundary) => Work<unknown>;
};

/**
 * Deletes step by step, each with its checkpoint in one transaction; the first says in an audit row what will be deleted.
 * A gateway that dies on the way goes on with its next run.
 */
export async function runSteps(
  options: LogOptions,
  work: Deletion,
  { by = GATEWAY, signal }: ExpireOptions,
): Promise<Expired> {
  const { boundaries, fault, start } = work.plan;
  // What was found while another replica deleted is not true of what is there: rows that went under the walk look taken out.
  if (fault !== undefined && !(await options.executor.read(() => isAt(work.chain, start.stored))))
    return { rows: 0 };
  let checkpoint: (Checkpoint & { readonly chain: ChainName }) | undefined;
  let after = start.stored;
  let rows = 0;
  for (const [at, boundary] of boundaries.entries()) {
    if (signal?.aborted === true) break;
    if (at > 0) await wait(REST_MS, undefined, { signal }).catch(() => undefined);
    const { cursor, hash, link, throughMs } = boundary;
    const place = { chain: work.chain, link, hash, cursor, throughMs };
    const next = {
      ...place,
      rows: start.rows + rows + boundary.rows,
      atMs: options.executor.clock.wallMs(),
      by: by.name,
    };
    const step = { work, boundary, by: at === 0 ? by : undefined, checkpoint: next, after };
    // Another replica is at it.
    if (!(await deleteStep(options, step))) break;
    checkpoint = next;
    after = link;
    rows += boundary.rows;
  }
  if (checkpoint === undefined) return { rows: 0, ...(fault === undefined ? {} : { fault }) };
  const { chain: _, ...told } = checkpoint;
  return { rows, checkpoint: told, ...(fault === undefined ? {} : { fault }) };
}

type OneStep = {
  readonly work: Deletion;
  readonly boundary: Boundary;
  readonly checkpoint: Checkpoint & { readonly chain: ChainName };
  /** Of the first step alone. */
  readonly by: Actor | undefined;
  /** The link of the checkpoint before. */
  readonly after: number;
};

/** False, and nothing is done, when the checkpoint is not where it was. */
function deleteStep({ erasing, executor, sealKey }: LogOptions, step: OneStep): Promise<boolean> {
  const { after, boundary, by, checkpoint, work } = step;
  return erasing(() =>
    executor.write(function* () {
      if (!(yield* isAt(work.chain, after))) return false;
      if (by !== undefined) yield* executor.note(announcement(work, by));
      yield* work.remove(boundary);
      yield* saveCheckpoint(sealKey(), checkpoint);
      return true;
    }),
  );
}

/** Whether the log still begins behind this link: another replica that deletes moves that on. */
function* isAt(chain: ChainName, link: number): Work<boolean> {
  return ((yield* checkpointOf(chain))?.link ?? 0) === link;
}

function announcement({ beforeMs, chain, plan }: Deletion, actor: Actor) {
  const { start } = plan;
  const last = plan.boundaries.at(-1);
  const rows = plan.boundaries.reduce((sum, boundary) => sum + boundary.rows, 0);
  const target = { kind: 'log', id: chain, name: chain };
  return {
    organization: FIRST_ORGANIZATION,
    actor,
    action: `${chain}.expired`,
    target,
    before: { link: start.link, rows: start.rows },
    after: {
      link: last?.link ?? start.link,
      hash: last?.hash ?? start.hash,
      rows: start.rows + rows,
      olderThanMs: beforeMs,
    },
  };
}
