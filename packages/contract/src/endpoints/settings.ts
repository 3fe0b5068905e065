import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { nameText } from '../shapes/index.ts';

const requireSecondPerson = z.enum(['never', 'widening', 'always']);

const settingsAnswer = z.strictObject({
  name: z.string(),
  /** Members without a second factor can do nothing but enrol one. */
  requireSecondFactor: z.boolean(),
  /** Which saves of policies another person has to accept; `widening`: those that let more through, or may. */
  requireSecondPerson,
  /** Every request of an agent is refused, and every stream ended, until this is taken back. */
  agentsStopped: z.boolean(),
});

export const settings = resource({
  read: {
    method: 'GET',
    path: '/settings',
    summary: 'The settings of the organisation',
    access: 'manage_organization',
    status: 200,
    answer: settingsAnswer,
    problems: [],
    conditional: true,
  },
  change: {
    method: 'PATCH',
    path: '/settings',
    summary: 'Change settings of the organisation; what is not named stays',
    access: 'manage_organization',
    body: z.strictObject({
      name: nameText.optional(),
      requireSecondFactor: z.boolean().optional(),
      requireSecondPerson: requireSecondPerson.optional(),
      agentsStopped: z.boolean().optional(),
    }),
    audit: 'settings.changed',
    status: 200,
    answer: settingsAnswer,
    problems: [],
    conditional: true,
  },
});
