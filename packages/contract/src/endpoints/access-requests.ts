import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, networkTexts, pageOf, pageQuery } from '../shapes/index.ts';
import { GRANT_DAYS_MAX } from './grants.ts';
import { policyAuthor, saveNote } from './policy-shapes.ts';

const STATES = ['waiting', 'granted', 'declined', 'withdrawn'] as const;

const accessRequest = z.strictObject({
  id: idText,
  state: z.enum(STATES),
  server: z.string(),
  /** Who asks, by e-mail. */
  by: z.string(),
  /** Of who reads it. */
  isOwn: z.boolean(),
  note: z.string(),
  askedAt: moment,
  decidedAt: moment.optional(),
  decidedBy: policyAuthor.optional(),
  answer: z.string().optional(),
  /** The grant that was minted for it. */
  grant: z.strictObject({ id: idText, name: z.string() }).optional(),
});

const params = z.strictObject({ request: idText });

const decision = {
  method: 'POST',
  params,
  status: 200,
  answer: accessRequest,
  audit: 'by_store',
  problems: ['access_decided'],
} as const;

/** Members ask for a grant with which they let their agents in. */
export const accessRequests = resource({
  list: {
    method: 'GET',
    path: '/access-requests',
    summary:
      'Who asks or asked for access to which server, newest first: for admins of all members, for others their own',
    access: 'read',
    query: z.strictObject({ ...pageQuery, state: z.enum(STATES).optional() }),
    status: 200,
    answer: pageOf(accessRequest),
    problems: [],
  },
  ask: {
    method: 'POST',
    path: '/access-requests',
    summary: 'Ask the admins for a grant of a server, with which you let your agents in',
    access: 'read',
    personOnly: true,
    body: z.strictObject({ server: nameText, note: saveNote }),
    status: 201,
    answer: accessRequest,
    audit: 'by_store',
    problems: ['access_asked', 'too_many', 'too_many_attempts'],
    creates: true,
  },
  show: {
    method: 'GET',
    path: '/access-requests/{request}',
    summary: 'One request for access, of all members for admins, your own for others',
    access: 'read',
    params,
    status: 200,
    answer: accessRequest,
    problems: [],
  },
  grant: {
    ...decision,
    path: '/access-requests/{request}/grant',
    summary:
      'Mint the grant that somebody asked for: it is theirs, and they may sign their agents in with it',
    access: 'manage_grants',
    body: z.strictObject({
      name: nameText,
      policy: nameText.optional(),
      mode: z.enum(['enforce', 'observe']).default('enforce'),
      networks: networkTexts.optional(),
      expiresInDays: z.int().min(1).max(GRANT_DAYS_MAX).optional(),
      note: saveNote,
    }),
    problems: [...decision.problems, 'name_taken'],
  },
  decline: {
    ...decision,
    path: '/access-requests/{request}/decline',
    summary: 'Decline a request for access',
    access: 'manage_grants',
    body: z.strictObject({ note: saveNote }),
  },
  withdraw: {
    ...decision,
    path: '/access-requests/{request}/withdraw',
    summary: 'Take back your own request for access',
    access: 'read',
    body: z.strictObject({ note: saveNote }),
  },
});
