import { z } from 'zod';
import { workflowName } from '../library/index.ts';
import { parameters, readWorkflow } from '../workflow/index.ts';
import { defineTool } from './tool.ts';

export const saveWorkflow = defineTool({
  name: 'comfy_save_workflow',
  title: 'Save a workflow',
  description: 'Save a workflow to the library under a name, for comfy_load_workflow to read later.',
  input: z.object({
    name: workflowName,
    workflow: parameters.workflow,
    description: z.string().max(2000).default(''),
    tags: z.array(z.string().min(1).max(50)).max(50).default([]),
    overwrite: z.boolean().default(false).describe('Whether a workflow of this name may be replaced'),
  }),
  output: z.object({ saved: z.literal(true), name: z.string(), overwritten: z.boolean() }),
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
})(async ({ library }, { workflow, ...rest }) => {
  const { overwritten } = await library.save({ ...rest, workflow: readWorkflow(workflow) });
  return { output: { saved: true, name: rest.name, overwritten } };
});
