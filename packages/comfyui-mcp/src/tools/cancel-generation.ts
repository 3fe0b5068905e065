import { z } from 'zod';
import { ACTIONS, cancelJob, FOUND, METHODS } from '../jobs/index.ts';
import { promptId } from './fields.ts';
import { defineTool } from './tool.ts';

export const cancelGeneration = defineTool({
  name: 'comfy_cancel_generation',
  title: 'Cancel a generation',
  description:
    'Cancel a specific generation or interrupt the currently executing generation. Can optionally remove from queue.',
  input: z.object({
    prompt_id: promptId.optional().describe('The job to cancel; without it, the running one'),
    delete_from_queue: z
      .boolean()
      .default(true)
      .describe('Whether to remove a job that is still waiting; if not, it is left alone'),
  }),
  output: z.object({
    cancelled: z.boolean().describe('Whether this call keeps the job from running to its end'),
    prompt_id: z.string().optional().describe('The job that was found'),
    found: z.enum(FOUND).describe('Where it was; idle: no id was given and nothing ran'),
    action: z.enum(ACTIONS).describe('What was done'),
    method: z.enum(METHODS).describe('How'),
    reason: z.string(),
  }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
})(async ({ comfy, feed }, { prompt_id, delete_from_queue }) => {
  const request = { id: prompt_id, deleteFromQueue: delete_from_queue, clientId: feed.clientId };
  return { output: await cancelJob(comfy, request) };
});
