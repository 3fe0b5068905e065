import { z } from 'zod';
import { workflowName } from '../library/index.ts';
import { about, aboutOf } from './saved.ts';
import { defineTool, READS } from './tool.ts';

export const loadWorkflow = defineTool({
  name: 'comfy_load_workflow',
  title: 'Load a workflow',
  description: 'Read a saved workflow from the library, to look at it, change it or submit it.',
  input: z.object({ name: workflowName }),
  output: about.extend({ workflow: z.record(z.string(), z.unknown()) }),
  hints: READS,
})(async ({ library }, { name }) => {
  const saved = await library.load(name);
  return { output: { ...aboutOf(saved), workflow: saved.workflow } };
});
