import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { emailText, idText, moment, presented, roleName } from '../shapes/index.ts';

/** Who is signed in, where, and with which role. */
export const sessionAnswer = z.strictObject({
  person: z.strictObject({
    id: idText,
    email: z.string(),
    name: z.string(),
    /** False for who signs in through a provider only. */
    hasPassword: z.boolean(),
    hasSecondFactor: z.boolean(),
  }),
  /** The organisation that requests of this session or API key are about. */
  organization: z.strictObject({
    id: idText,
    name: z.string(),
    requireSecondFactor: z.boolean(),
    agentsStopped: z.boolean(),
    /** Its members sign in by a provider, and no other way. */
    requiresProvider: z.boolean(),
  }),
  role: roleName,
  organizations: z.array(z.strictObject({ id: idText, name: z.string(), role: roleName })),
  /** To be sent as `X-Boomgate-CSRF` with every change; absent for API keys, which need none. */
  csrf: z.string().optional(),
  expiresAt: moment,
});

export const session = resource({
  signIn: {
    method: 'POST',
    path: '/session',
    summary: 'Sign in with e-mail, password and, where one is enrolled, the code of the second factor',
    access: 'public',
    body: z.strictObject({ email: emailText, password: presented, code: presented.optional() }),
    audit: 'session.began',
    status: 201,
    answer: sessionAnswer,
    problems: [
      'wrong_credentials',
      'second_factor_needed',
      'too_many_attempts',
      'forbidden',
      'provider_required',
    ],
  },
  read: {
    method: 'GET',
    path: '/session',
    summary: 'Who is signed in, in which organisation, with which role',
    access: 'signed_in',
    status: 200,
    answer: sessionAnswer,
    problems: [],
  },
  switchOrganization: {
    method: 'PUT',
    path: '/session/organization',
    summary: 'Switch the session to another organisation of the person',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ organization: idText }),
    audit: 'session.turned',
    status: 200,
    answer: sessionAnswer,
    problems: ['not_found', 'provider_required'],
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    summary: 'Sign out',
    access: 'signed_in',
    personOnly: true,
    audit: 'session.ended',
    status: 204,
    problems: [],
  },
});
