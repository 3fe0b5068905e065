import { z } from 'zod';
import { applyOverrides, parameters, readWorkflow } from '../workflow/index.ts';
import { submit, submitted } from './submit.ts';
import { defineTool } from './tool.ts';

export const submitWorkflow = defineTool({
  name: 'comfy_submit_workflow',
  title: 'Submit a workflow',
  description:
    "Submit a workflow in ComfyUI's API format for execution, with overrides such as prompts, seed, size, model and LoRAs. Returns the job's prompt_id at once; comfy_wait_for_completion waits for its images.",
  input: z.object({
    workflow: parameters.workflow,
    overrides: parameters.overrides.optional().describe('Values to write into the nodes that take them'),
    client_id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'WebSocket client that is told about the job instead of this server, which then knows no progress',
      ),
  }),
  output: submitted,
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
})(async (world, { workflow, overrides, client_id }) => {
  const read = readWorkflow(workflow);
  return {
    output: await submit(world, overrides === undefined ? read : applyOverrides(read, overrides), client_id),
  };
});
