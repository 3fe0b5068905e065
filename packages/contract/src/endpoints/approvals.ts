import { z } from 'zod';
import { EVENT_STREAM, resource } from '../endpoint/index.ts';
import { decision, filterText, idText, moment, pageOf, pageQuery, roleName } from '../shapes/index.ts';

/** Characters of what an approver says to their decision; the agent is told it when it is refused. */
const NOTE_LENGTH_MAX = 1_000;

export const APPROVAL_STATE_NAMES = [
  'waiting',
  'approved',
  'refused',
  'expired',
  'used',
  'withdrawn',
] as const;

const vote = z.strictObject({
  /** Of a person; the account on the machine for who decided by the command line. */
  by: z.strictObject({
    id: z.string(),
    email: z.string().optional(),
    role: roleName,
    via: z.enum(['cli', 'api']),
  }),
  verdict: z.enum(['approve', 'deny']),
  note: z.string().optional(),
  at: moment,
});

const approval = z.strictObject({
  id: idText,
  state: z.enum(APPROVAL_STATE_NAMES),
  askedAt: moment,
  /** Until then it can be decided and, once approved, used. */
  expiresAt: moment,
  decidedAt: moment.optional(),
  endedAt: moment.optional(),
  /** Why it was withdrawn. */
  because: z.string().optional(),
  grant: z.strictObject({ id: idText, name: z.string(), owner: z.string().optional() }),
  server: z.string(),
  tool: z.string(),
  /** The top-level keys of the arguments; `show` has all of them. */
  argKeys: z.array(z.string()),
  argsHash: z.string(),
  policy: z.string(),
  policyVersion: z.int(),
  /** The rule that asks, and what it says. */
  rule: z.string(),
  message: z.string(),
  session: z.string(),
  client: z.string(),
  terms: z.strictObject({
    approvers: z.array(z.string()),
    required: z.int(),
    self: z.boolean(),
    timeoutMs: z.int(),
    /** Milliseconds, where it is a length of time. */
    remember: z.union([z.literal('none'), z.literal('session'), z.int()]),
  }),
  votes: z.array(vote),
});

const params = z.strictObject({ approval: idText });
const word = {
  method: 'POST',
  access: 'decide_approvals',
  params,
  body: z.strictObject({ note: z.string().max(NOTE_LENGTH_MAX).optional() }),
  status: 200,
  answer: approval,
  problems: ['own_call', 'not_an_approver', 'approval_expired', 'approval_used', 'approval_ended'],
} as const;

export const approvals = resource({
  list: {
    method: 'GET',
    path: '/approvals',
    summary: 'Calls that wait or waited for a person, newest first',
    access: 'read',
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(APPROVAL_STATE_NAMES).optional(),
      /** Occurs in the names of its tool, server, grant or rule, in its message or in who decided and noted what. */
      text: filterText.optional(),
    }),
    status: 200,
    answer: pageOf(approval),
    problems: [],
  },
  stream: {
    method: 'GET',
    path: '/approvals/stream',
    summary:
      'Those that wait, after an event "waiting" with their ids, and each again whenever something about it changes, as events',
    access: 'read',
    status: 200,
    media: EVENT_STREAM,
    streams: true,
    problems: [],
  },
  show: {
    method: 'GET',
    path: '/approvals/{approval}',
    summary: 'One of them with the arguments of the call, and what its grant asked for lately',
    access: 'decide_approvals',
    params,
    status: 200,
    answer: approval.extend({
      /** Canonical JSON, with every invisible character written as an escape; null once they are not kept any more. */
      arguments: z.string().nullable(),
      /** The last calls of the grant, newest last. */
      recent: z.array(decision),
      /** Why who asks may not approve it, where they may not; `own_call`: they may refuse it nevertheless. */
      barred: z
        .strictObject({ code: z.enum(['own_call', 'not_an_approver']), message: z.string() })
        .optional(),
    }),
    problems: [],
  },
  approve: {
    audit: 'approval.approved',
    ...word,
    path: '/approvals/{approval}/approve',
    summary: 'Approve the call; nobody does so for a grant of their own, also not by a key that they made',
  },
  deny: {
    audit: 'approval.refused',
    ...word,
    path: '/approvals/{approval}/deny',
    summary: 'Refuse the call',
  },
});
