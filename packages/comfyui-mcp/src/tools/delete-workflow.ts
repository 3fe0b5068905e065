import { z } from 'zod';
import { ToolError } from '../error.ts';
import { workflowName } from '../library/index.ts';
import { confirm } from './fields.ts';
import { defineTool } from './tool.ts';

export const deleteWorkflow = defineTool({
  name: 'comfy_delete_workflow',
  title: 'Delete a saved workflow',
  description: 'Delete a workflow from the library for good.',
  input: z.object({ name: workflowName, confirm }),
  output: z.object({ deleted: z.literal(true), name: z.string() }),
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
})(async ({ library }, { name, confirm: confirmed }) => {
  if (!confirmed)
    throw new ToolError('VALIDATION_ERROR', `"${name}" was not deleted: confirm is not true`, {
      suggestions: ['call again with confirm: true to delete it for good'],
    });
  await library.delete(name);
  return { output: { deleted: true, name } };
});
