import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, networkTexts, pageOf, pageQuery, roleName } from '../shapes/index.ts';

/** Days that an API key lives at most: it is renewed once a year by somebody who still wants it. */
export const API_KEY_DAYS_MAX = 366;

const apiKey = z.strictObject({
  id: idText,
  name: z.string(),
  /** The first characters of the key, by which a person tells keys apart. */
  prefix: z.string(),
  role: roleName,
  /** Who made it: the id of a person. The key may never do what they may not. */
  createdBy: idText,
  /** Their e-mail; absent when they have no account any more. */
  createdByEmail: z.string().optional(),
  /** Where its requests have to come from; absent: from anywhere. */
  networks: z.array(z.string()).optional(),
  createdAt: moment,
  expiresAt: moment,
  /** To the minute; absent: never, or not since that is noted. */
  lastUsedAt: moment.optional(),
  state: z.enum(['active', 'revoked', 'expired']),
});

export const apiKeys = resource({
  create: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Make an API key, which this answer alone holds',
    access: 'manage_organization',
    personOnly: true,
    body: z.strictObject({
      name: nameText,
      role: roleName,
      expiresInDays: z.int().min(1).max(API_KEY_DAYS_MAX),
      networks: networkTexts.optional(),
    }),
    audit: 'api_key.created',
    status: 201,
    answer: apiKey.extend({ key: z.string() }),
    problems: ['forbidden'],
    creates: true,
  },
  list: {
    method: 'GET',
    path: '/api-keys',
    summary: 'The API keys of the organisation, without the keys themselves',
    access: 'manage_organization',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(apiKey),
    problems: [],
  },
  revoke: {
    method: 'DELETE',
    path: '/api-keys/{apiKey}',
    summary: 'End an API key at once',
    access: 'manage_organization',
    params: z.strictObject({ apiKey: idText }),
    audit: 'api_key.revoked',
    status: 204,
    problems: [],
  },
});
