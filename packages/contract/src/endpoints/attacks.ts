import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { pageDocument, toolClass } from '../shapes/index.ts';

export const attacks = resource({
  list: {
    method: 'GET',
    path: '/attacks',
    summary: 'The attacks on agents and their tools that are known, and how far a policy prevents each',
    access: 'read',
    status: 200,
    answer: z.strictObject({
      items: z.array(
        z.strictObject({
          slug: z.string(),
          name: z.string(),
          category: z.enum(['protocol', 'supply chain', 'agent behaviour', 'data']),
          coverage: z.enum(['full', 'partial', 'none']),
          /** Of the tools that it abuses. */
          classes: z.array(toolClass),
          happens: z.string(),
        }),
      ),
    }),
    problems: [],
  },
  show: {
    method: 'GET',
    path: '/attacks/{attack}',
    summary: 'One of them: what happens, a public case with its sources, and the rule against it',
    access: 'read',
    params: z.strictObject({ attack: z.string().min(1).max(100) }),
    status: 200,
    answer: pageDocument,
    problems: [],
  },
});
