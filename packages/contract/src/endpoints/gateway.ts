import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, roleName } from '../shapes/index.ts';

/** Days; absent where rows are kept for good. */
const days = z.number().optional();

const provider = z.strictObject({
  id: idText,
  name: z.string(),
  issuer: z.string(),
  /** Whose verified e-mail is of one of these joins without an invitation; empty for other organisations than the first. */
  allowedDomains: z.array(z.string()),
  /** Of who joins so, unless a group says otherwise. */
  role: roleName,
  /** Where the provider may end sessions (OpenID Connect Back-Channel Logout). */
  logoutAddress: z.string(),
  /** Where its directory says who may join (SCIM 2.0); absent of a provider without a token for that. */
  directoryAddress: z.string().optional(),
});

export const gateway = resource({
  read: {
    method: 'GET',
    path: '/gateway',
    summary: 'What the operator of the gateway has set for all organisations, without secrets',
    access: 'manage_organization',
    status: 200,
    answer: z.strictObject({
      version: z.string(),
      /** Where it is reached, as configured. */
      address: z.string(),
      /** Where replicas of it say that they are reached, where that is elsewhere: their `--public-url` differs. */
      otherAddresses: z.array(z.string()),
      mail: z.strictObject({
        isConfigured: z.boolean(),
        /** Whom letters come from; absent without a mail server. */
        from: z.string().optional(),
      }),
      /** Days that rows of the two logs are kept, and grants that were revoked or have expired; absent: for ever. */
      retention: z.strictObject({ decisions: days, audit: days, grants: days }),
      providers: z.array(provider),
      /** Members of the first organisation sign in by one of these, and no other way. */
      requiresProvider: z.boolean(),
    }),
    problems: [],
  },
  testLetter: {
    method: 'POST',
    path: '/gateway/test-letter',
    summary: 'Send a test letter to the caller; answers once the mail server has accepted it',
    access: 'manage_organization',
    personOnly: true,
    audit: 'mail.tested',
    status: 200,
    answer: z.strictObject({ to: z.string() }),
    problems: ['mail_failed', 'too_many_attempts'],
  },
});
