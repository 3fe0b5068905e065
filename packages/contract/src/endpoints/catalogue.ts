import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import {
  CURSOR_LENGTH_MAX,
  evidence,
  idText,
  pageDocument,
  policyDocument,
  severityName,
  toolClass,
} from '../shapes/index.ts';

/** Characters of what is looked for; the index reads no more. */
export const SEARCH_LENGTH_MAX = 500;
/** Tools on one page of results unless asked otherwise, and the most. */
const SEARCH_LIMIT = 20;
const SEARCH_LIMIT_MAX = 100;
/** Tools that are classified at once. */
const CLASSIFY_TOOLS_MAX = 100;
/** Characters of a server's slug, and of a tool's name, in the index. */
const SLUG_MAX = 300;
const INDEXED_NAME_MAX = 300;

const slug = z.string().min(1).max(SLUG_MAX);
const toolName = z.string().min(1).max(INDEXED_NAME_MAX);
const source = z.enum(['gateway', 'scan', 'bundled', 'imported', 'registry']);

const classification = z.strictObject({
  class: toolClass,
  severity: severityName,
  /** 0 to 1. */
  confidence: z.number(),
  evidence: z.array(evidence),
  signals: z.array(z.strictObject({ signal: z.string(), field: z.string(), quote: z.string() })),
  rationale: z.string(),
});

const recommendation = z.strictObject({
  policy: policyDocument,
  /** Tools that no rule can name exactly: the default refuses them. */
  leftOut: z.array(z.string()),
});

const tools = z.strictObject({
  server: z.string(),
  serverName: z.string(),
  name: z.string(),
  class: toolClass,
  severity: severityName,
  confidence: z.number(),
  signals: z.array(z.string()),
  summary: z.string(),
});

export const catalogue = resource({
  search: {
    method: 'GET',
    path: '/catalogue',
    summary: 'Servers and tools of the index that have all the words, best first',
    access: 'read',
    query: z.strictObject({
      words: z.string().max(SEARCH_LENGTH_MAX).optional(),
      class: toolClass.optional(),
      severity: severityName.optional(),
      server: slug.optional(),
      limit: z.coerce.number().int().min(1).max(SEARCH_LIMIT_MAX).default(SEARCH_LIMIT),
      cursor: z.string().min(1).max(CURSOR_LENGTH_MAX).optional(),
    }),
    status: 200,
    answer: z.strictObject({
      /** On the first page only, and not where a server is given. */
      servers: z.array(
        z.strictObject({
          slug: z.string(),
          name: z.string(),
          summary: z.string(),
          source,
          /** Absent where the tools are not known. */
          tools: z.int().optional(),
          grade: z.string().optional(),
        }),
      ),
      tools: z.array(tools),
      toolCount: z.int(),
      /** There are more than the index looks at for one search. */
      isCapped: z.boolean(),
      next: z.string().optional(),
    }),
    problems: [],
  },
  server: {
    method: 'GET',
    path: '/catalogue/servers/{server}',
    summary: 'The page of a server of the index: its tools by class, its grade, a policy for all of it',
    access: 'read',
    params: z.strictObject({ server: slug }),
    status: 200,
    answer: pageDocument,
    problems: [],
  },
  entry: {
    method: 'GET',
    path: '/catalogue/servers/{server}/entry',
    summary:
      'How a server of the index would be registered here, as far as the index says it; stores nothing',
    access: 'read',
    params: z.strictObject({ server: slug }),
    status: 200,
    answer: z.strictObject({
      /** As `/mcp/SLUG` would have it; empty where the name has no letter or digit. */
      slug: z.string(),
      name: z.string(),
      /** Absent where the index does not say how the server is started or where it is. */
      entry: z.strictObject({ command: z.string(), args: z.array(z.string()) }).optional(),
    }),
    problems: [],
  },
  tool: {
    method: 'GET',
    path: '/catalogue/servers/{server}/tools/{tool}',
    summary: 'The page of one of its tools: what it can do, why that is thought, and the rule for it',
    access: 'read',
    params: z.strictObject({ server: slug, tool: toolName }),
    status: 200,
    answer: pageDocument,
    problems: [],
  },
  classify: {
    method: 'POST',
    path: '/catalogue/classify',
    summary:
      'What tools can do, from their definitions alone, with evidence and the rules recommended for them',
    access: 'read',
    body: z.strictObject({
      /** The name of their server, which says nothing of what a tool does. */
      server: z.string().max(SLUG_MAX).optional(),
      tools: z
        .array(
          // As `tools/list` gives them; what is not looked at may be anything.
          z.looseObject({
            name: toolName,
            title: z.string().optional(),
            description: z.string().optional(),
            inputSchema: z.unknown().optional(),
            annotations: z.unknown().optional(),
          }),
        )
        .min(1)
        .max(CLASSIFY_TOOLS_MAX),
    }),
    status: 200,
    answer: z.strictObject({
      items: z.array(
        classification.extend({
          name: z.string(),
          /** Attacks that abuse such access, those that fit best first. */
          attacks: z.array(z.strictObject({ slug: z.string(), name: z.string() })),
        }),
      ),
      recommended: recommendation,
    }),
    audit: 'nothing',
    problems: [],
  },
  recommend: {
    method: 'GET',
    path: '/servers/{server}/recommendation',
    summary:
      'A policy for a server of the organisation, from the tools that it offers now, with why for each',
    access: 'read',
    params: z.strictObject({ server: idText }),
    status: 200,
    answer: recommendation.extend({
      tools: z.array(
        z.strictObject({
          tool: z.string(),
          class: toolClass,
          severity: severityName,
          state: z.enum(['accepted', 'held']),
          evidence: z.array(evidence),
          /** What the rule does, after "with it". */
          effect: z.string(),
        }),
      ),
    }),
    problems: [],
  },
});
