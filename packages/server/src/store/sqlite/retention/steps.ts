import { setTimeout as wait } from 'node:timers/promises';
import { type Actor, type Checkpoint, type Expired, type ExpireOptions, GATEWAY } from '../../contract.ts';
import { type ChainName, ORIGIN } from '../../sql/link.ts';
import { checkpointOf, isSealed, readCheckpoint, saveCheckpoint } from '../chain/checkpoint.ts';
import { transact } from '../driver.ts';
import type { LogOptions } from '../log-options.ts';

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

/** What may be deleted, in steps; `fault` says why no more. */
export type Plan = { readonly boundaries: readonly Boundary[]; readonly fault?: string };

/** Where the chain begins now. Undefined when somebody else wrote the checkpoint. */
export function startOf({ database, sealKey }: LogOptions, chain: ChainName): Checkpoint | undefined {
  const record = checkpointOf(database, chain);
  if (record === undefined)
    return { link: 0, hash: ORIGIN, cursor: 0, rows: 0, throughMs: 0, atMs: 0, by: '' };
  return isSealed(record, sealKey()) ? readCheckpoint(record) : undefined;
}

export const FORGED_CHECKPOINT =
  'nothing was deleted, because the checkpoint is not the one that the gateway wrote; boomgate audit verify says more';

type Work = {
  readonly chain: ChainName;
  readonly start: Checkpoint;
  readonly plan: Plan;
  readonly beforeMs: number;
  /** Deletes everything up to the boundary, in the transaction that is open. */
  readonly remove: (upTo: Boundary) => void;
};

/**
 * Deletes step by step, each with its checkpoint in one transaction; the first says in an audit row what will be deleted.
 * A gateway that dies on the way goes on with its next run.
 */
export async function runSteps(
  options: LogOptions,
  work: Work,
  { by = GATEWAY, signal }: ExpireOptions,
): Promise<Expired> {
  const { boundaries, fault } = work.plan;
  let checkpoint: (Checkpoint & { readonly chain: ChainName }) | undefined;
  let rows = 0;
  for (const [at, boundary] of boundaries.entries()) {
    if (signal?.aborted === true) break;
    if (at > 0) await wait(REST_MS, undefined, { signal }).catch(() => undefined);
    rows += boundary.rows;
    const { cursor, hash, link, throughMs } = boundary;
    const place = { chain: work.chain, link, hash, cursor, throughMs };
    checkpoint = {
      ...place,
      rows: work.start.rows + rows,
      atMs: options.clock.wallMs(),
      by: by.name,
    };
    deleteStep(options, { work, boundary, by: at === 0 ? by : undefined, checkpoint });
  }
  if (checkpoint === undefined) return { rows: 0, ...(fault === undefined ? {} : { fault }) };
  const { chain: _, ...told } = checkpoint;
  return { rows, checkpoint: told, ...(fault === undefined ? {} : { fault }) };
}

type OneStep = {
  readonly work: Work;
  readonly boundary: Boundary;
  readonly checkpoint: Checkpoint & { readonly chain: ChainName };
  /** Of the first step alone. */
  readonly by: Actor | undefined;
};

function deleteStep(options: LogOptions, { boundary, by, checkpoint, work }: OneStep): void {
  const { audit, database, sealKey } = options;
  // What is deleted is overwritten, so that it does not stand in the file until the space is needed.
  database.pragma('secure_delete = on');
  try {
    transact(database, () => {
      if (by !== undefined) audit.write(announcement(work, by));
      work.remove(boundary);
      saveCheckpoint(database, sealKey(), checkpoint);
    });
  } finally {
    database.pragma('secure_delete = off');
  }
}

function announcement({ beforeMs, chain, plan, start }: Work, actor: Actor) {
  const last = plan.boundaries.at(-1);
  const rows = plan.boundaries.reduce((sum, boundary) => sum + boundary.rows, 0);
  const target = { kind: 'log', id: chain, name: chain };
  return {
    organization: 'default',
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
