import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, pageOf, pageQuery } from '../shapes/index.ts';

/** Characters of a tool's name; MCP allows 128. */
export const TOOL_NAME_MAX = 128;

const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected the fingerprint that was shown: 64 hex digits');

const tool = z.strictObject({
  tool: z.string(),
  class: z.string(),
  severity: z.string(),
  /** Calls of what is held are refused until somebody accepts it. */
  state: z.enum(['accepted', 'held']),
  /** Of its newest definition. */
  fingerprint: z.string(),
  firstSeenAt: moment,
});

const server = z.strictObject({
  slug: z.string(),
  state: z.enum(['idle', 'starting', 'ready', 'failing', 'stopped']),
  /** Absent until the gateway has spoken with it. */
  era: z.enum(['modern', 'legacy']).optional(),
  /** Why it is failing or stopped. */
  reason: z.string().optional(),
  drift: z.enum(['hold', 'hold_execute', 'accept']),
  /** What its newest listing offers; empty until it was listed. */
  tools: z.array(tool),
});

const params = z.strictObject({ server: idText });

export const servers = resource({
  list: {
    method: 'GET',
    path: '/servers',
    summary:
      'The servers of the organisation with their tools, what these can do, and which of them are held',
    access: 'read',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(server),
    problems: [],
  },
  definitions: {
    method: 'GET',
    path: '/servers/{server}/definitions',
    summary:
      'The definitions that a tool had, newest first: what a held one says, and what was accepted before',
    access: 'read',
    params,
    query: z.strictObject({ tool: z.string().min(1).max(TOOL_NAME_MAX) }),
    status: 200,
    answer: z.strictObject({
      items: z.array(
        tool.extend({
          isOffered: z.boolean(),
          /** JSON, with every invisible character written as an escape. */
          definition: z.string(),
        }),
      ),
    }),
    problems: [],
  },
  accept: {
    method: 'POST',
    path: '/servers/{server}/accept',
    summary:
      'Accept the definition of a held tool that was shown, by its fingerprint; nothing else is accepted',
    access: 'write_policies',
    params,
    body: z.strictObject({ tool: z.string().min(1).max(TOOL_NAME_MAX), fingerprint }),
    status: 200,
    answer: tool,
    audit: 'tool.accepted',
    problems: ['drift_changed'],
  },
});
