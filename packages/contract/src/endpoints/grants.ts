import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import {
  emailText,
  filterText,
  idText,
  moment,
  nameText,
  networkTexts,
  pageOf,
  pageQuery,
} from '../shapes/index.ts';
import { agentClient } from './agent-sign-ins.ts';

/** Days that a grant may be minted for; without a number it has no end. */
export const GRANT_DAYS_MAX = 3_660;
/** Seconds that a token may hold beside the one that replaces it: a week, in which every agent is told. */
const OVERLAP_SECONDS_MAX = 7 * 24 * 60 * 60;
/** Labels of a grant, and characters of each name and text: they travel with every decision. */
const LABELS_MAX = 32;
const LABEL_LENGTH_MAX = 256;
/** Servers that one grant opens together. */
const STACK_MAX = 64;

export const GRANT_STATE_NAMES = ['active', 'paused', 'revoked', 'expired'] as const;

/** What conditions may look at (`grant.labels.NAME`). */
const labels = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected letters, digits, ".", "_" and "-", at most 64'),
    z.union([z.string().max(LABEL_LENGTH_MAX), z.number(), z.boolean()]),
  )
  .refine((given) => Object.keys(given).length <= LABELS_MAX, `expected at most ${LABELS_MAX} labels`);

const member = z.strictObject({ server: nameText, policy: nameText.optional() });

const grant = z.strictObject({
  id: idText,
  name: z.string(),
  /** The one server that it opens; empty for a stack grant. */
  server: z.string(),
  /** The servers that a stack grant opens together. */
  stack: z.array(z.strictObject({ server: z.string(), policy: z.string().optional() })).optional(),
  /** Absent: every call is refused. */
  policy: z.string().optional(),
  /** Texts, numbers and truth values; whatever JSON where the configuration file declares it. */
  labels: z.record(z.string(), z.unknown()),
  mode: z.enum(['enforce', 'observe']),
  state: z.enum(GRANT_STATE_NAMES),
  /** Whose it is: who may not approve its calls. */
  owner: z.string().optional(),
  /** Its owner may sign agents in with it, whatever their role; otherwise admins alone may. */
  ownerMaySignIn: z.boolean(),
  /** Where its requests have to come from; absent: from anywhere. */
  networks: z.array(z.string()).optional(),
  /** What the configuration file declares is changed there alone. */
  origin: z.enum(['file', 'minted']),
  createdAt: moment,
  expiresAt: moment.optional(),
  /** The hour of its newest request, as far as requests are counted; absent: none is known. */
  lastRequestAt: moment.optional(),
  /** An admin can have its token revealed. */
  isTokenKept: z.boolean(),
  /** Until when the token from before the last rotation holds as well; absent once it does not. */
  overlapEndsAt: moment.optional(),
  /** Programs that the configuration file lets work with it without its token; absent where it names none. */
  workloads: z
    .array(
      z.strictObject({
        /** Who vouches for them, by the key in the file. */
        issuer: z.string(),
        /** A whole subject, or a beginning that ends in `/*` or `:*`. */
        subject: z.string(),
        claims: z.record(z.string(), z.string()),
      }),
    )
    .optional(),
});

/** Of a limit, what is used of it now. */
export const limitUsage = z.strictObject({
  /** The server whose calls it counts. */
  server: z.string(),
  policy: z.string(),
  policyVersion: z.int(),
  /** `/tools/NAME/limits/COUNTER`. */
  rule: z.string(),
  counter: z.string(),
  kind: z.enum(['window', 'concurrent']),
  /** As the policy writes it, such as `hour`; absent where calls in flight are counted. */
  window: z.string().optional(),
  reset: z.enum(['rolling', 'calendar']).optional(),
  /** What has a counter of its own: `grant`, `session`, `server`, `organization`, or the path of an argument. */
  scope: z.array(z.string()),
  max: z.number(),
  /** Of the fullest counter, where there are several. */
  used: z.number(),
  /** When some of it is free again, if nothing more is used: rolling, the oldest use leaves; by the calendar, all of it ends. */
  freesAt: moment.optional(),
  /** Where sessions or arguments are counted apart: those in use, fullest first. Values are not told. */
  perKey: z
    .strictObject({
      counters: z.int(),
      fullest: z.array(z.strictObject({ used: z.number(), freesAt: moment.optional() })),
      /** False where there were more than are looked at. */
      isComplete: z.boolean(),
    })
    .optional(),
});

const params = z.strictObject({ grant: idText });

const change = {
  method: 'POST',
  access: 'manage_grants',
  params,
  status: 200,
  answer: grant,
  // The store writes change and row in one transaction.
  audit: 'by_store',
  problems: ['declared_by_file', 'grant_revoked'],
} as const;

export const grants = resource({
  list: {
    method: 'GET',
    path: '/grants',
    summary: 'The grants of the organisation, by name, without their tokens',
    access: 'read',
    query: z.strictObject({
      ...pageQuery,
      /** Occurs in its name, owner, server or policy. */
      text: filterText.optional(),
      /** Which it opens, alone or in a stack. */
      server: nameText.optional(),
      state: z.enum(GRANT_STATE_NAMES).optional(),
      /** There is for as long, and no request of it is known within them. */
      quietForDays: z.coerce.number().int().min(1).max(GRANT_DAYS_MAX).optional(),
    }),
    status: 200,
    answer: pageOf(grant),
    problems: [],
  },
  /** Before the grant of an id, for which its address would be taken. */
  review: {
    method: 'GET',
    path: '/grants/review.csv',
    summary:
      'Who may do what, as CSV (RFC 4180): of each grant that is not over, and each server that it opens, what becomes of calls of its tools by the policy in force',
    access: 'read',
    query: z.strictObject({}),
    audit: 'grants.exported',
    status: 200,
    media: 'text/csv; charset=utf-8',
    problems: [],
  },
  mint: {
    method: 'POST',
    path: '/grants',
    summary: 'Mint a grant for one server, or with a stack for several, with its token',
    access: 'manage_grants',
    body: z.strictObject({
      name: nameText,
      /** One server, or a stack. */
      server: nameText.optional(),
      policy: nameText.optional(),
      stack: z.array(member).min(1).max(STACK_MAX).optional(),
      mode: z.enum(['enforce', 'observe']).default('enforce'),
      /** Whose it is; who mints it unless it says otherwise. */
      owner: emailText.optional(),
      ownerMaySignIn: z.boolean().default(false),
      /** Where its requests have to come from; absent: from anywhere. */
      networks: networkTexts.optional(),
      expiresInDays: z.int().min(1).max(GRANT_DAYS_MAX).optional(),
      labels: labels.optional(),
      /** Kept sealed, so that an admin can have it revealed. */
      keepToken: z.boolean().default(true),
    }),
    status: 201,
    answer: grant.extend({ token: z.string() }),
    audit: 'by_store',
    problems: ['name_taken'],
    creates: true,
  },
  pause: {
    ...change,
    path: '/grants/{grant}/pause',
    summary: 'Refuse all calls of a grant until it is resumed',
  },
  resume: {
    ...change,
    path: '/grants/{grant}/resume',
    summary: 'Resume a paused grant',
  },
  revoke: {
    ...change,
    path: '/grants/{grant}/revoke',
    summary: 'End a grant for good',
  },
  show: {
    method: 'GET',
    path: '/grants/{grant}',
    summary: 'One grant, without its token',
    access: 'read',
    params,
    status: 200,
    answer: grant,
    problems: [],
  },
  usage: {
    method: 'GET',
    path: '/grants/{grant}/usage',
    summary: 'How much of each limit of its policy is used now, without using any',
    access: 'read',
    params,
    status: 200,
    answer: z.strictObject({ at: moment, limits: z.array(limitUsage) }),
    problems: [],
  },
  update: {
    ...change,
    method: 'PATCH',
    path: '/grants/{grant}',
    summary:
      'Change name, labels, mode, owner, whether the owner may sign agents in, networks, or expiry; null removes owner, networks or expiry',
    body: z.strictObject({
      name: nameText.optional(),
      labels: labels.optional(),
      mode: z.enum(['enforce', 'observe']).optional(),
      owner: emailText.nullable().optional(),
      ownerMaySignIn: z.boolean().optional(),
      networks: networkTexts.nullable().optional(),
      expiresAt: moment.nullable().optional(),
    }),
    problems: [...change.problems, 'name_taken'],
  },
  rotate: {
    ...change,
    path: '/grants/{grant}/rotate',
    summary: 'Replace its token by a new one; the old one works for the overlap and no longer',
    body: z.strictObject({
      overlapSeconds: z.int().min(0).max(OVERLAP_SECONDS_MAX).default(0),
      keepToken: z.boolean().default(true),
    }),
    answer: grant.extend({ token: z.string() }),
    creates: true,
  },
  reveal: {
    ...change,
    path: '/grants/{grant}/reveal',
    summary: 'The token of a grant that keeps it; who looked is recorded',
    personOnly: true,
    answer: z.strictObject({ token: z.string() }),
    problems: [...change.problems, 'token_not_kept'],
  },
  signIns: {
    method: 'GET',
    path: '/grants/{grant}/sign-ins',
    summary: 'The agents that signed in with a grant and may work with it, the newest first',
    access: 'read',
    params,
    status: 200,
    answer: z.strictObject({
      signIns: z.array(
        z.strictObject({
          id: idText,
          /** Of a workload its proven subject as the name, of a program that a provider vouches for its id; and nothing else. */
          client: agentClient.partial({ returnsTo: true }),
          /** Who consented, or whose agent a provider vouches for; absent for a workload. */
          person: z.string().optional(),
          /** Whose token a workload showed, by the issuer's key in the configuration file. */
          workload: z.string().optional(),
          /** Whose word was taken in place of the person's consent, by the provider's key in the configuration file. */
          provider: z.string().optional(),
          /** What of the grant itself a program showed, whose client id is the name. */
          shows: z.enum(['secret', 'key']).optional(),
          /** Whether its access tokens are bound to a key, and of no use without it; absent while it has none. */
          isBound: z.boolean().optional(),
          at: moment,
          /** Until when the agent may stay away and still come back by itself. */
          endsAt: moment,
        }),
      ),
    }),
    problems: [],
  },
  endSignIn: {
    method: 'DELETE',
    path: '/grants/{grant}/sign-ins/{signIn}',
    summary: 'End the sign-in of an agent with a grant; the next request of the agent is refused',
    access: 'manage_grants',
    params: params.extend({ signIn: idText }),
    status: 204,
    audit: 'grant.signed_out',
    problems: [],
  },
});
