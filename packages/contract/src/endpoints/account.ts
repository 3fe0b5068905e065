import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, newPassword, presented } from '../shapes/index.ts';
import { sessionAnswer } from './session.ts';

/** A session of the person, in one of their browsers. */
const ownSession = z.strictObject({
  /** Tells it from the others, and opens nothing. */
  id: idText,
  /** The organisation in which it is. */
  organization: z.string(),
  by: z.enum(['password', 'passkey', 'provider']),
  /** As the browser called itself and its system when it began, such as `Firefox on Linux`; absent where that is not known. */
  device: z.string().optional(),
  beganAt: moment,
  /** To a few minutes. */
  usedAt: moment,
  /** It makes this request. */
  isThis: z.boolean(),
});

export const account = resource({
  change: {
    method: 'PATCH',
    path: '/account',
    summary: 'Change the name that others see',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ name: nameText }),
    audit: 'by_store',
    status: 200,
    answer: sessionAnswer,
    problems: ['not_found', 'too_many_attempts'],
  },
  changePassword: {
    method: 'PUT',
    path: '/account/password',
    summary: 'Change the password; all other sessions of the person end, and this one gets a new id',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ current: presented, next: newPassword }),
    audit: 'password.changed',
    status: 200,
    answer: sessionAnswer,
    problems: ['wrong_credentials', 'no_password', 'too_many_attempts', 'provider_required'],
  },
  sessions: {
    method: 'GET',
    path: '/account/sessions',
    summary: 'The sessions of the person, newest first',
    access: 'signed_in',
    personOnly: true,
    status: 200,
    answer: z.strictObject({ sessions: z.array(ownSession) }),
    problems: [],
  },
  endSession: {
    method: 'DELETE',
    path: '/account/sessions/{session}',
    summary: 'End one session of the person',
    access: 'signed_in',
    personOnly: true,
    params: z.strictObject({ session: idText }),
    audit: 'session.ended',
    status: 204,
    problems: [],
  },
  signOutEverywhere: {
    method: 'DELETE',
    path: '/account/sessions',
    summary: 'End all sessions of the person, this one too',
    access: 'signed_in',
    personOnly: true,
    audit: 'sessions.ended',
    status: 204,
    problems: [],
  },
  leave: {
    method: 'DELETE',
    path: '/account/membership',
    summary:
      'Leave the organisation of the session, as a removed member does; the sessions there end, this one too; the last admin stays',
    access: 'signed_in',
    personOnly: true,
    audit: 'member.left',
    status: 204,
    problems: ['last_admin'],
  },
});
