import { setTimeout as pause } from 'node:timers/promises';
import { ageOf, type ComfyClient, findJob, inQueue, type JobState, type Queue } from '../comfy/index.ts';
import { CANCEL_CHECK_MS, CANCEL_POLL_MS } from '../limits.ts';

export const FOUND = ['running', 'pending', 'finished', 'unknown', 'idle'] as const;
export const ACTIONS = ['interrupted', 'interrupt_requested', 'removed_from_queue', 'none'] as const;
export const METHODS = [
  'jobs_api',
  'targeted_interrupt',
  'global_interrupt',
  'queue_delete',
  'none',
] as const;

export type Cancelled = {
  /** Whether the job will not run to its end because of this call. */
  readonly cancelled: boolean;
  readonly prompt_id?: string;
  readonly found: (typeof FOUND)[number];
  readonly action: (typeof ACTIONS)[number];
  readonly method: (typeof METHODS)[number];
  readonly reason: string;
};

export type CancelRequest = {
  /** Without it, what runs. */
  readonly id: string | undefined;
  /** Whether a job that still waits may be removed. */
  readonly deleteFromQueue: boolean;
  /** The client id of jobs that were submitted here: others are a stranger's. */
  readonly clientId: string;
};

/**
 * Cancels the named job and no other, or says why not: looks where it is, stops or removes it in the most precise way that
 * this server knows, and looks again what became of it.
 */
export async function cancelJob(comfy: ComfyClient, request: CancelRequest): Promise<Cancelled> {
  const queue = await comfy.queue();
  const id = request.id ?? queue.running[0]?.[1];
  if (id === undefined) return nothing('idle', undefined, 'nothing is running');
  const state = inQueue(queue, id) ?? (await findJob(comfy, id));
  const { clientId } = request;
  switch (state.at) {
    case 'unknown':
      return nothing(
        'unknown',
        id,
        'ComfyUI knows no such job: it was never submitted, or was removed before it ran',
      );
    case 'finished':
      return nothing('finished', id, `the job had already ended: ${state.outcome}`);
    case 'pending':
      if (!request.deleteFromQueue)
        return nothing('pending', id, 'the job is waiting, not running; delete_from_queue: true removes it');
      return await removePending(comfy, { id, number: state.item[0], clientId });
    case 'running':
      return await stopRunning(comfy, { id, number: state.item[0], clientId });
  }
}

/** A job that is there, by its id and its place in the order of all jobs: ids may come a second time. */
type Target = { readonly id: string; readonly number: number; readonly clientId: string };

async function removePending(comfy: ComfyClient, target: Target): Promise<Cancelled> {
  const { id } = target;
  const done = { prompt_id: id, found: 'pending' } as const;
  if ((await ageOf(comfy)) === 'jobs') return await byJobsApi(comfy, target, done);
  await comfy.deletePending(id);
  const state = await stateOf(comfy, target);
  // It began between the look and the removal: it is still the job that was asked for.
  if (state.at === 'running') return await stopRunning(comfy, target);
  return { ...done, method: 'queue_delete', ...verdict(state) };
}

async function byJobsApi(
  comfy: ComfyClient,
  target: Target,
  done: Omit<Begun, 'method'>,
): Promise<Cancelled> {
  if (await comfy.cancelJob(target.id)) return await settled(comfy, target, { ...done, method: 'jobs_api' });
  return nothing(
    done.found,
    done.prompt_id,
    'ComfyUI had nothing to cancel: the job ended or was removed just now',
  );
}

async function stopRunning(comfy: ComfyClient, target: Target): Promise<Cancelled> {
  const { clientId, id } = target;
  const done = { prompt_id: id, found: 'running' } as const;
  switch (await ageOf(comfy)) {
    case 'jobs':
      return await byJobsApi(comfy, target, done);
    case 'targeted':
      await comfy.interrupt(id);
      return await settled(comfy, target, { ...done, method: 'targeted_interrupt' });
    case 'global': {
      const refusal = dangerOf(await comfy.queue(), id, clientId);
      if (refusal !== undefined) return nothing('running', id, refusal);
      await comfy.interrupt();
      return await settled(comfy, target, { ...done, method: 'global_interrupt' });
    }
  }
}

/**
 * Old servers interrupt whatever runs when the request arrives. If the job ended just before, that would be the next one,
 * so it must not be a stranger's.
 */
function dangerOf({ running, pending }: Queue, id: string, clientId: string): string | undefined {
  if (!running.some(([, each]) => each === id)) return 'the job ended just now';
  const strangers = pending.filter(([, , , extra]) => clientOf(extra) !== clientId).length;
  if (strangers === 0) return undefined;
  return (
    `this ComfyUI is too old to interrupt one job by its id, and ${strangers} waiting job(s) of others could be hit instead; ` +
    'wait until they are done, or update ComfyUI to 0.3.58 or newer'
  );
}

type Begun = Pick<Cancelled, 'prompt_id' | 'found' | 'method'> & { readonly prompt_id: string };

/** Looks until the job is no longer in the queue, for a few seconds: a node that computes is not broken off. */
async function settled(comfy: ComfyClient, target: Target, begun: Begun): Promise<Cancelled> {
  const deadline = performance.now() + CANCEL_CHECK_MS;
  for (;;) {
    const state = await stateOf(comfy, target);
    const gone = state.at === 'finished' || state.at === 'unknown';
    if (gone || performance.now() > deadline) return { ...begun, ...verdict(state) };
    await pause(CANCEL_POLL_MS);
  }
}

/** Where the job is. What the history has of its id may be of an earlier one, which says nothing of this. */
async function stateOf(comfy: ComfyClient, { id, number }: Target): Promise<JobState> {
  const state = await findJob(comfy, id);
  const ended = state.at === 'finished' ? state.entry.prompt?.[0] : undefined;
  return typeof ended === 'number' && ended !== number ? { at: 'unknown' } : state;
}

/** What became of a job after it was to be stopped. */
function verdict(state: JobState): Pick<Cancelled, 'cancelled' | 'action' | 'reason'> {
  switch (state.at) {
    case 'unknown':
      return { cancelled: true, action: 'removed_from_queue', reason: 'the job was removed before it ran' };
    case 'running':
      return {
        cancelled: true,
        action: 'interrupt_requested',
        reason: 'the interrupt is set; ComfyUI stops the job once the current node is done',
      };
    case 'pending':
      return { cancelled: false, action: 'none', reason: 'ComfyUI kept the job in its queue; try again' };
    case 'finished':
      if (state.outcome === 'interrupted')
        return { cancelled: true, action: 'interrupted', reason: 'the job was stopped while it ran' };
      return { cancelled: false, action: 'none', reason: `the job ended by itself first: ${state.outcome}` };
  }
}

function nothing(found: Cancelled['found'], id: string | undefined, reason: string): Cancelled {
  return {
    cancelled: false,
    ...(id === undefined ? {} : { prompt_id: id }),
    found,
    action: 'none',
    method: 'none',
    reason,
  };
}

function clientOf(extra: unknown): unknown {
  return typeof extra === 'object' && extra !== null && 'client_id' in extra ? extra.client_id : undefined;
}
