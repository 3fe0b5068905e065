import type { Comfy } from './comfy.ts';
import type { HistoryEntry, QueueItem } from './queue.ts';
import { type Asked, json, type Reply, type Route } from './reply.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;
type JobStatus = (typeof STATUSES)[number];
type Job = Readonly<Record<string, unknown>> & { readonly id: string; readonly status: JobStatus };

/** `/api/jobs` of 2026; an older server does not know the routes. */
export const jobRoutes = {
  'GET /api/jobs': list,
  'POST /api/jobs/cancel': cancelMany,
  'GET /api/jobs/{job_id}': ({ parts }, comfy) => {
    const job = detailOf(parts['job_id'] ?? '', comfy);
    return job === undefined ? json({ error: 'Job not found' }, 404) : json(job);
  },
  'POST /api/jobs/{job_id}/cancel': ({ parts }, comfy) =>
    json({ cancelled: cancel(parts['job_id'] ?? '', comfy) }),
} as const satisfies Record<string, Route>;

/** Interrupts the job if it runs, takes it away if it waits; nothing else ends with it. */
function cancel(promptId: string, { interruption, queue }: Comfy): boolean {
  if (queue.running?.[1] !== promptId) return queue.delete(promptId);
  interruption.raise();
  return true;
}

function cancelMany(asked: Asked, comfy: Comfy): Reply {
  const ids = listedIds(asked);
  if (ids === undefined) return json({ error: 'job_ids must be a list of job ids' }, 400);
  const invalid = ids.filter((id) => typeof id !== 'string' || !UUID.test(id));
  if (invalid.length > 0) return json({ error: 'invalid job ids', invalid_ids: invalid }, 400);
  const done = ids.map((id) => cancel(String(id), comfy));
  return json({ cancelled: done.includes(true) });
}

function listedIds({ body }: Asked): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const ids = typeof value === 'object' && value !== null && 'job_ids' in value ? value.job_ids : undefined;
    return Array.isArray(ids) ? ids : undefined;
  } catch {
    return undefined;
  }
}

function list({ query }: Asked, comfy: Comfy): Reply {
  const statuses = query.get('status')?.split(',') ?? [...STATUSES];
  const sortBy = query.get('sort_by') ?? 'created_at';
  const order = query.get('sort_order') ?? 'desc';
  const limit = boundOf(query.get('limit'), 1);
  const offset = boundOf(query.get('offset'), 0);
  const bad =
    statuses.find((status) => !STATUSES.some((known) => known === status)) ??
    ['created_at', 'execution_duration'].indexOf(sortBy) < 0;
  if (bad !== false || !['asc', 'desc'].includes(order) || limit === 'bad' || offset === 'bad')
    return json({ error: 'invalid query parameter' }, 400);
  const workflow = query.get('workflow_id');
  const jobs = allJobs(comfy)
    .filter((job) => statuses.includes(job.status))
    .filter((job) => workflow === null || job['workflow_id'] === workflow)
    .sort((left, right) => (sortKey(left, sortBy) - sortKey(right, sortBy)) * (order === 'asc' ? 1 : -1));
  const from = offset ?? 0;
  const page = jobs.slice(from, limit === undefined ? undefined : from + limit);
  const pagination = {
    offset: from,
    limit: limit ?? null,
    total: jobs.length,
    has_more: from + page.length < jobs.length,
  };
  return json({ jobs: page, pagination });
}

function boundOf(text: string | null, least: number): number | undefined | 'bad' {
  if (text === null) return undefined;
  return /^\d+$/.test(text) && Number(text) >= least ? Number(text) : 'bad';
}

function sortKey(job: Job, sortBy: string): number {
  if (sortBy === 'created_at') return Number(job['create_time'] ?? 0);
  const [start, end] = [job['execution_start_time'], job['execution_end_time']];
  return typeof start === 'number' && typeof end === 'number' ? end - start : 0;
}

function allJobs({ queue }: Comfy): Job[] {
  return [
    ...(queue.running === undefined ? [] : [fromQueue(queue.running, 'in_progress')]),
    ...queue.pending.map((item) => fromQueue(item, 'pending')),
    ...[...queue.history.values()].map(fromHistory),
  ];
}

function detailOf(id: string, comfy: Comfy): Job | undefined {
  const entry = comfy.queue.history.get(id);
  if (entry === undefined) return allJobs(comfy).find((job) => job.id === id);
  const [, , prompt, extraData] = entry.prompt;
  return {
    ...fromHistory(entry),
    outputs: entry.outputs,
    execution_status: entry.status,
    workflow: { prompt, extra_data: extraData },
  };
}

function fromQueue([priority, id, , extraData]: QueueItem, status: JobStatus): Job {
  return { id, status, priority, ...originOf(extraData), outputs_count: 0 };
}

function fromHistory({ prompt, outputs, status }: HistoryEntry): Job {
  const [priority, id, , extraData] = prompt;
  const dataOf = (event: string) => status.messages.find(([name]) => name === event)?.[1];
  const failure = dataOf('execution_error');
  const interruption = dataOf('execution_interrupted');
  const end = dataOf('execution_success') ?? failure ?? interruption;
  const images = imagesOf(outputs);
  const preview = images.find(({ type }) => type === 'output') ?? images[0];
  const ended = status.status_str === 'success' ? 'completed' : interruption ? 'cancelled' : 'failed';
  return {
    id,
    status: ended,
    priority,
    ...originOf(extraData),
    execution_start_time: dataOf('execution_start')?.['timestamp'],
    execution_end_time: end?.['timestamp'],
    ...(failure === undefined ? {} : { execution_error: failure }),
    outputs_count: images.length,
    ...(preview === undefined ? {} : { preview_output: preview }),
  };
}

function originOf(extraData: QueueItem[3]): object {
  const { create_time, extra_pnginfo } = extraData;
  // Absent members stay absent in JSON.
  const info = extra_pnginfo as { readonly workflow?: { readonly id?: string } } | undefined;
  return { create_time, workflow_id: info?.workflow?.id };
}

function imagesOf(outputs: HistoryEntry['outputs']): readonly { readonly type: unknown }[] {
  return Object.entries(outputs).flatMap(([nodeId, output]) => {
    const images: unknown = 'images' in output ? output.images : [];
    return Array.isArray(images) ? images.map((image) => ({ ...image, nodeId, mediaType: 'images' })) : [];
  });
}
