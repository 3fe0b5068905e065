import { z } from 'zod';
import { about, aboutOf } from './saved.ts';
import { defineTool, READS } from './tool.ts';

export const listWorkflows = defineTool({
  name: 'comfy_list_workflows',
  title: 'List saved workflows',
  description: 'List the workflows in the library, with their descriptions and tags.',
  input: z.object({
    filter: z.string().max(200).optional().describe('Part of the name or description; case does not matter'),
    tags: z.array(z.string()).optional().describe('Workflows that have any of these tags'),
  }),
  output: z.object({ workflows: z.array(about), total: z.int() }),
  hints: READS,
})(async ({ library }, { filter = '', tags = [] }) => {
  const part = filter.toLowerCase();
  const workflows = (await library.list())
    .filter(({ name, description }) => `${name}\n${description}`.toLowerCase().includes(part))
    .filter((saved) => tags.length === 0 || tags.some((tag) => saved.tags.includes(tag)))
    .map(aboutOf);
  return { output: { workflows, total: workflows.length } };
});
