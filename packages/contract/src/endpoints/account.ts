import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { newPassword, presented } from '../shapes/index.ts';
import { sessionAnswer } from './session.ts';

export const account = resource({
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
    problems: ['wrong_credentials', 'no_password', 'too_many_attempts'],
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
});
