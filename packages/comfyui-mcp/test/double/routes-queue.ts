import { randomUUID } from 'node:crypto';
import type { Comfy } from './comfy.ts';
import type { Graph } from './graph.ts';
import { nodeTypes } from './node-types.ts';
import { type Asked, empty, idsIn, integer, json, type Reply, type Route, readBody } from './reply.ts';
import { validatePrompt } from './validate.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Jobs in, jobs out: `/prompt`, `/queue`, `/interrupt`, `/history`, `/free`. */
export const queueRoutes = {
  'GET /prompt': (_, comfy) => json(comfy.queueInfo()),
  'POST /prompt': submit,
  'GET /queue': (_, { queue }) =>
    json({ queue_running: queue.running === undefined ? [] : [queue.running], queue_pending: queue.pending }),
  'POST /queue': (asked, { queue }) => {
    const body = readBody(asked);
    if (body['clear']) queue.wipe();
    for (const id of idsIn(body['delete'])) queue.delete(id);
    return empty(200);
  },
  'POST /interrupt': interrupt,
  'GET /history': ({ query }, { queue }) =>
    json(queue.historyPage(integer(query.get('max_items')), integer(query.get('offset')))),
  'GET /history/{prompt_id}': ({ parts }, { queue }) => {
    const entry = queue.history.get(parts['prompt_id'] ?? '');
    return json(entry === undefined ? {} : { [entry.prompt[1]]: entry });
  },
  'POST /history': (asked, { queue }) => {
    const body = readBody(asked);
    if (body['clear']) queue.wipeHistory();
    for (const id of idsIn(body['delete'])) queue.forget(id);
    return empty(200);
  },
  'POST /free': (asked, comfy) => {
    if (readBody(asked)['free_memory']) comfy.free();
    return empty(200);
  },
} as const satisfies Record<string, Route>;

function submit(asked: Asked, comfy: Comfy): Reply {
  const body = readBody(asked);
  const number = numberOf(body, comfy);
  const promptId = body['prompt_id'] === undefined ? randomUUID() : String(body['prompt_id']);
  if (comfy.age === 'jobs_api' && !UUID.test(promptId))
    return refused('invalid_prompt_id', 'prompt_id must be a canonical lower-case UUID', promptId);
  if (body['prompt'] === undefined) return refused('no_prompt', 'No prompt provided', 'No prompt provided');
  // What is no graph fails in validation or as an error 500, as it does in ComfyUI.
  const graph = body['prompt'] as Graph;
  const targets = body['partial_execution_targets'];
  const valid = validatePrompt(
    graph,
    nodeTypes(comfy.folders),
    Array.isArray(targets) ? idsIn(targets) : undefined,
  );
  if (!valid.ok) return json({ error: valid.error, node_errors: valid.nodeErrors }, 400);
  const extraData = {
    ...(typeof body['extra_data'] === 'object' ? body['extra_data'] : {}),
    ...(body['client_id'] === undefined ? {} : { client_id: body['client_id'] }),
    ...(comfy.age === 'jobs_api' ? { create_time: Date.now() } : {}),
  };
  comfy.submit([number, promptId, graph, extraData, valid.outputs]);
  return json({ prompt_id: promptId, number, node_errors: valid.nodeErrors });
}

/** A number of the client's own does not move the counter; `front` puts a job before all that came so far. */
function numberOf(body: Readonly<Record<string, unknown>>, comfy: Comfy): number {
  if (body['number'] !== undefined) return Number(body['number']);
  const number = comfy.nextNumber();
  return body['front'] && number !== 0 ? -number : number;
}

function refused(type: string, message: string, details: string): Reply {
  return json({ error: { type, message, details, extra_info: {} }, node_errors: {} }, 400);
}

function interrupt(asked: Asked, comfy: Comfy): Reply {
  if (comfy.age === 'global_interrupt') comfy.interruption.raise();
  else {
    const promptId = targetOf(asked);
    if (!promptId || comfy.queue.running?.[1] === promptId) comfy.interruption.raise();
  }
  return empty(200);
}

/** What is no JSON names no job; JSON that is no object throws, which is an answer 500. */
function targetOf(asked: Asked): unknown {
  try {
    JSON.parse(asked.body.toString('utf8'));
  } catch {
    return undefined;
  }
  return readBody(asked)['prompt_id'];
}
