import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { emailText, idText, moment, nameText, pageOf, pageQuery } from '../shapes/index.ts';

/** Days that a grant may be minted for; without a number it has no end. */
export const GRANT_DAYS_MAX = 3_660;

const grant = z.strictObject({
  id: idText,
  name: z.string(),
  /** The one server that it opens; empty for a stack grant. */
  server: z.string(),
  /** The servers that a stack grant opens together. */
  stack: z.array(z.strictObject({ server: z.string(), policy: z.string().optional() })).optional(),
  /** Absent: every call is refused. */
  policy: z.string().optional(),
  mode: z.enum(['enforce', 'observe']),
  state: z.enum(['active', 'paused', 'revoked', 'expired']),
  /** Whose it is: who may not approve its calls. */
  owner: z.string().optional(),
  /** What the configuration file declares is changed there alone. */
  origin: z.enum(['file', 'minted']),
  createdAt: moment,
  expiresAt: moment.optional(),
});

const change = {
  method: 'POST',
  access: 'manage_grants',
  params: z.strictObject({ grant: idText }),
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
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(grant),
    problems: [],
  },
  mint: {
    method: 'POST',
    path: '/grants',
    summary: 'Mint a grant for one server, with a token that this answer alone holds',
    access: 'manage_grants',
    body: z.strictObject({
      name: nameText,
      server: nameText,
      policy: nameText.optional(),
      mode: z.enum(['enforce', 'observe']).default('enforce'),
      /** Whose it is; who mints it unless it says otherwise. */
      owner: emailText.optional(),
      expiresInDays: z.int().min(1).max(GRANT_DAYS_MAX).optional(),
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
    summary: 'Let a grant that was paused work again',
  },
  revoke: {
    ...change,
    path: '/grants/{grant}/revoke',
    summary: 'End a grant for good',
  },
});
