import { z } from 'zod';
import type { Queue, QueueItem } from '../comfy/index.ts';

const job = z.object({
  prompt_id: z.string(),
  number: z.number(),
  position: z.int().describe('0 is running, 1 is next'),
  own: z.boolean().describe('Whether it was submitted through this server'),
  workflow_summary: z.string(),
});

export const queue = z.object({
  running: z.array(job),
  pending: z.array(job),
  summary: z.string(),
});

/** The queue as agents are told of it; `clientId` marks the jobs that were submitted here. */
export function describeQueue({ running, pending }: Queue, clientId: string): z.input<typeof queue> {
  return {
    running: running.map((item) => describeJob(item, 0, clientId)),
    pending: pending.map((item, index) => describeJob(item, index + 1, clientId)),
    summary: `${running.length} running, ${pending.length} pending`,
  };
}

function describeJob([number, prompt_id, prompt, extra]: QueueItem, position: number, clientId: string) {
  const own =
    typeof extra === 'object' && extra !== null && 'client_id' in extra && extra.client_id === clientId;
  return { prompt_id, number, position, own, workflow_summary: summaryOf(prompt) };
}

const MAX_NAMED = 4;

/** How many nodes, and the first kinds of them. */
function summaryOf(prompt: Readonly<Record<string, unknown>>): string {
  const classes = Object.values(prompt).map((node) =>
    typeof node === 'object' && node !== null && 'class_type' in node
      ? String(node.class_type).slice(0, 60)
      : 'unknown',
  );
  const kinds = [...new Set(classes)];
  return `${classes.length} nodes: ${kinds.slice(0, MAX_NAMED).join(', ')}${kinds.length > MAX_NAMED ? ', …' : ''}`;
}
