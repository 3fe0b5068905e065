import { z } from 'zod';

/** What ComfyUI tells over its WebSocket, as far as a wait has use for it. */
export type ComfyEvent =
  | { readonly type: 'queue_changed' }
  | { readonly type: 'started'; readonly promptId: string }
  | { readonly type: 'cached'; readonly promptId: string; readonly nodes: readonly string[] }
  | { readonly type: 'node'; readonly promptId: string; readonly node: string }
  | {
      readonly type: 'step';
      readonly promptId: string;
      readonly node: string;
      readonly done: number;
      readonly of: number;
    }
  | { readonly type: 'node_done'; readonly promptId: string; readonly node: string }
  | { readonly type: 'ended'; readonly promptId: string };

const frame = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
const base = z.object({ prompt_id: z.string() });
const onNode = base.extend({ node: z.string() });
const onStep = onNode.extend({ value: z.number(), max: z.number() });
const onCached = base.extend({ nodes: z.array(z.string()) });
const onState = base.extend({
  nodes: z.record(z.string(), z.object({ value: z.number(), max: z.number(), state: z.string() })),
});

/** Reads one text frame; frames of other kinds, of custom nodes for instance, give nothing. */
export function readFrame(text: string): readonly ComfyEvent[] {
  const parsed = frame.safeParse(tryJson(text));
  return parsed.success ? (READERS.get(parsed.data.type)?.(parsed.data.data) ?? []) : [];
}

const ended = reader(base, ({ prompt_id }) => [{ type: 'ended', promptId: prompt_id }]);

const READERS = new Map<string, (data: unknown) => readonly ComfyEvent[]>(
  Object.entries({
    status: () => [{ type: 'queue_changed' }],
    execution_start: reader(base, ({ prompt_id }) => [{ type: 'started', promptId: prompt_id }]),
    execution_cached: reader(onCached, ({ prompt_id, nodes }) => [
      { type: 'cached', promptId: prompt_id, nodes },
    ]),
    executing: reader(onNode, ({ prompt_id, node }) => [{ type: 'node', promptId: prompt_id, node }]),
    progress: reader(onStep, ({ prompt_id, node, value, max }) => [
      { type: 'step', promptId: prompt_id, node, done: value, of: max },
    ]),
    progress_state: reader(onState, ({ prompt_id, nodes }) =>
      Object.entries(nodes).map(([node, { value, max, state }]) =>
        state === 'finished'
          ? { type: 'node_done', promptId: prompt_id, node }
          : { type: 'step', promptId: prompt_id, node, done: value, of: max },
      ),
    ),
    executed: reader(onNode, ({ prompt_id, node }) => [{ type: 'node_done', promptId: prompt_id, node }]),
    execution_success: ended,
    execution_error: ended,
    execution_interrupted: ended,
  }),
);

function reader<T>(schema: z.ZodType<T>, read: (data: T) => readonly ComfyEvent[]) {
  return (data: unknown): readonly ComfyEvent[] => {
    const parsed = schema.safeParse(data);
    return parsed.success ? read(parsed.data) : [];
  };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
