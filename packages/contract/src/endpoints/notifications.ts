import { z } from 'zod';
import { resource } from '../endpoint/index.ts';

const wanted = z.strictObject({
  /** Whether who asks wants letters of calls, tools and policies that wait for somebody with their role. */
  letters: z.boolean(),
  /** Whether this gateway has a mail server at all. */
  isMailConfigured: z.boolean(),
});

export const notifications = resource({
  read: {
    method: 'GET',
    path: '/notifications',
    summary: 'What the caller is told of in this organisation',
    access: 'signed_in',
    personOnly: true,
    status: 200,
    answer: wanted,
    problems: [],
  },
  change: {
    method: 'PATCH',
    path: '/notifications',
    summary: 'Choose what to be told of',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ letters: z.boolean() }),
    status: 200,
    answer: wanted,
    audit: 'member.notifications_changed',
    problems: [],
  },
});
