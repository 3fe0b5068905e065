import type { ComfyClient, Queue } from './client.ts';
import { type FileRef, fileRef, type HistoryEntry, type QueueItem } from './schemas.ts';

/** Where a job is. A pending job that was deleted leaves no trace, so it is `unknown` like one that never was. */
export type JobState =
  | { readonly at: 'running'; readonly item: QueueItem }
  | { readonly at: 'pending'; readonly item: QueueItem; readonly position: number }
  | { readonly at: 'finished'; readonly entry: HistoryEntry; readonly outcome: Outcome }
  | { readonly at: 'unknown' };

export type Outcome = 'completed' | 'failed' | 'interrupted';

/** The queue first: a job that ends in between is then in the history. */
export async function findJob(comfy: ComfyClient, id: string, signal?: AbortSignal): Promise<JobState> {
  const queued = inQueue(await comfy.queue(signal), id);
  if (queued !== undefined) return queued;
  const entry = await comfy.history(id, signal);
  return entry === undefined ? { at: 'unknown' } : { at: 'finished', entry, outcome: outcomeOf(entry) };
}

export function inQueue({ running, pending }: Queue, id: string): JobState | undefined {
  const runs = running.find(([, each]) => each === id);
  if (runs !== undefined) return { at: 'running', item: runs };
  const index = pending.findIndex(([, each]) => each === id);
  const item = pending[index];
  return item === undefined ? undefined : { at: 'pending', item, position: index + 1 };
}

/** Being in the history says only that it ended. */
function outcomeOf({ status }: HistoryEntry): Outcome {
  // Very old servers keep no status; what they keep did end well.
  if (status === null || status === undefined || status.status_str === 'success') return 'completed';
  return status.messages.some(([name]) => name === 'execution_interrupted') ? 'interrupted' : 'failed';
}

export type Failure = {
  readonly node_id: string;
  readonly node_type: string;
  readonly exception_type: string;
  readonly message: string;
};

/** Which node failed and why, of a job that did. */
export function failureOf({ status }: HistoryEntry): Failure | undefined {
  const data = status?.messages.find(([name]) => name === 'execution_error')?.[1];
  if (data === undefined) return undefined;
  return {
    node_id: text(data['node_id']),
    node_type: text(data['node_type']),
    exception_type: text(data['exception_type']),
    message: text(data['exception_message']).trim(),
  };
}

export type OutputFile = FileRef & { readonly node_id: string; readonly kind: string };

/** Every file that a job wrote, under whatever name its nodes tell of them (`images`, `gifs`, `audio`, …). */
export function outputsOf({ outputs }: HistoryEntry): readonly OutputFile[] {
  return Object.entries(outputs).flatMap(([node_id, byKind]) =>
    Object.entries(byKind).flatMap(([kind, files]) =>
      (Array.isArray(files) ? files : []).flatMap((file) => {
        const parsed = fileRef.safeParse(file);
        return parsed.success ? [{ node_id, kind, ...parsed.data }] : [];
      }),
    ),
  );
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
