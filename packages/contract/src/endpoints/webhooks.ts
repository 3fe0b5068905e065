import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, pageOf, pageQuery } from '../shapes/index.ts';

/** Characters of an address; those of chat programs have some two hundred. */
const WEBHOOK_URL_MAX = 2_000;

const kind = z.enum(['json', 'slack', 'teams']);
const EVENTS = [
  'asked',
  'decided',
  'expired',
  'held',
  'proposed',
  'proposal_decided',
  'misused',
  'secrets_seen',
  'access_asked',
  'access_decided',
  'ends_soon',
] as const;
/** Of calls that wait for a person, held tools, policies that wait for a second person, what became of those, misused tokens, secrets in calls, members who ask for access, and what ends soon. */
const events = z.array(z.enum(EVENTS)).min(1).max(EVENTS.length);
const url = z.string().min(1).max(WEBHOOK_URL_MAX);
const state = z.enum(['active', 'paused']);

const webhook = z.strictObject({
  id: idText,
  name: z.string(),
  /** What the receiver understands. */
  kind,
  events,
  /** Where it is, without what only who writes there may know. */
  address: z.string(),
  state,
  /** What the configuration file declares is changed there alone. */
  origin: z.enum(['file', 'stored']),
  /** Absent for what the file declares. */
  createdAt: moment.optional(),
});

const delivery = z.strictObject({
  id: idText,
  event: z.enum([...EVENTS, 'test']),
  approval: z.string().optional(),
  createdAt: moment,
  state: z.enum(['due', 'delivered', 'given_up']),
  attempts: z.int(),
  /** What the last try came to; empty before. */
  last: z.string(),
});

const params = z.strictObject({ webhook: idText });
const withSecret = webhook.extend({
  /** Signs what is sent (Standard Webhooks). No other answer holds it. */
  secret: z.string(),
});

export const webhooks = resource({
  list: {
    method: 'GET',
    path: '/webhooks',
    summary:
      'Where events of the organisation are told: what people made, newest first, then what the file declares',
    access: 'manage_organization',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(webhook),
    problems: [],
  },
  create: {
    method: 'POST',
    path: '/webhooks',
    summary: 'Tell events to an address, signed with a secret that this answer alone holds',
    access: 'manage_organization',
    body: z.strictObject({
      name: nameText,
      url,
      kind: kind.default('json'),
      events: events.default([...EVENTS]),
    }),
    status: 201,
    answer: withSecret,
    audit: 'by_store',
    problems: ['name_taken', 'too_many'],
    creates: true,
  },
  update: {
    method: 'PATCH',
    path: '/webhooks/{webhook}',
    summary: 'Change where a webhook leads, which events it is told, or pause it',
    access: 'manage_organization',
    params,
    body: z.strictObject({
      name: nameText.optional(),
      url: url.optional(),
      events: events.optional(),
      state: state.optional(),
    }),
    status: 200,
    answer: webhook,
    audit: 'by_store',
    problems: ['declared_by_file', 'name_taken'],
  },
  remove: {
    method: 'DELETE',
    path: '/webhooks/{webhook}',
    summary: 'Remove a webhook; what waits to be sent to it is dropped',
    access: 'manage_organization',
    params,
    status: 204,
    audit: 'by_store',
    problems: ['declared_by_file'],
  },
  rotateSecret: {
    method: 'POST',
    path: '/webhooks/{webhook}/rotate-secret',
    summary: 'Give a webhook a new secret, at once and for what waits too',
    access: 'manage_organization',
    params,
    status: 200,
    answer: withSecret,
    audit: 'by_store',
    problems: ['declared_by_file'],
  },
  test: {
    method: 'POST',
    path: '/webhooks/{webhook}/test',
    summary: 'Send a webhook a test, signed like everything else',
    access: 'manage_organization',
    params,
    status: 202,
    answer: z.strictObject({ delivery: idText }),
    audit: 'webhook.tested',
    problems: [],
  },
  deliveries: {
    method: 'GET',
    path: '/webhooks/{webhook}/deliveries',
    summary: 'What was sent to a webhook in the last days, with the result of the last try, newest first',
    access: 'manage_organization',
    params,
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(delivery),
    problems: [],
  },
  redeliver: {
    method: 'POST',
    path: '/webhooks/{webhook}/deliveries/{delivery}/redeliver',
    summary: 'Send a finished delivery once more, under its id',
    access: 'manage_organization',
    params: params.extend({ delivery: idText }),
    status: 202,
    answer: delivery,
    audit: 'webhook.redelivered',
    problems: ['still_due'],
  },
});
