import { z } from 'zod';
import type { SavedWorkflow } from '../library/index.ts';

/** What is told of a saved workflow, without the workflow. */
export const about = z.object({
  name: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
  nodes: z.int(),
});

export function aboutOf({ workflow, ...rest }: SavedWorkflow): z.input<typeof about> {
  return { ...rest, nodes: Object.keys(workflow).length };
}
