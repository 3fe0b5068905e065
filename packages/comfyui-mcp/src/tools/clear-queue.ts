import { z } from 'zod';
import { ToolError } from '../error.ts';
import { confirm } from './fields.ts';
import { defineTool } from './tool.ts';

export const clearQueue = defineTool({
  name: 'comfy_clear_queue',
  title: 'Clear the queue',
  description:
    'Remove all waiting jobs, of everybody who uses this ComfyUI. The running job goes on. This cannot be undone.',
  input: z.object({ confirm }),
  output: z.object({
    cleared: z.int().describe('How many jobs were removed'),
    prompt_ids: z.array(z.string()),
    remaining: z.int().describe('Jobs that are waiting now, submitted since'),
    message: z.string(),
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
})(async ({ comfy }, { confirm: confirmed }) => {
  const { pending } = await comfy.queue();
  if (!confirmed)
    throw new ToolError(
      'VALIDATION_ERROR',
      `nothing was cleared: ${pending.length} job(s) are waiting, and confirm is not true`,
      {
        suggestions: [
          'call again with confirm: true to remove all of them',
          'comfy_cancel_generation removes a single one',
        ],
      },
    );
  await comfy.clearPending();
  const after = await comfy.queue();
  const left = new Set([...after.pending, ...after.running].map(([, id]) => id));
  const prompt_ids = pending.map(([, id]) => id).filter((id) => !left.has(id));
  const message = `removed ${prompt_ids.length} waiting job(s); the running one goes on`;
  return { output: { cleared: prompt_ids.length, prompt_ids, remaining: after.pending.length, message } };
});
