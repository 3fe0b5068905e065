import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import {
  emailText,
  idText,
  moment,
  nameText,
  pageOf,
  pageQuery,
  presented,
  roleName,
} from '../shapes/index.ts';
import { sessionAnswer } from './session.ts';

const invitation = z.strictObject({
  id: idText,
  email: z.string(),
  role: roleName,
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  /** Who made it: the id of a person, or `command_line`. */
  createdBy: idText,
  /** Their e-mail; absent when they have no account, or none any more. */
  createdByEmail: z.string().optional(),
  createdAt: moment,
  expiresAt: moment,
});

export const invitations = resource({
  create: {
    method: 'POST',
    path: '/invitations',
    summary: 'Invite somebody by a link, which this answer alone holds; it works once, for this e-mail',
    access: 'manage_organization',
    body: z.strictObject({ email: emailText, role: roleName }),
    audit: 'invitation.created',
    status: 201,
    answer: invitation.extend({ link: z.url() }),
    problems: ['already_member', 'forbidden'],
    creates: true,
  },
  list: {
    method: 'GET',
    path: '/invitations',
    summary: 'The invitations of the organisation, without their links',
    access: 'manage_organization',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(invitation),
    problems: [],
  },
  revoke: {
    method: 'DELETE',
    path: '/invitations/{invitation}',
    summary: 'End an invitation that nobody accepted yet',
    access: 'manage_organization',
    params: z.strictObject({ invitation: idText }),
    audit: 'invitation.revoked',
    status: 204,
    problems: [],
  },
  preview: {
    method: 'POST',
    path: '/invitations/preview',
    summary: 'What the link of an invitation invites to',
    access: 'public',
    body: z.strictObject({ token: presented }),
    audit: 'nothing',
    status: 200,
    answer: z.strictObject({
      email: z.string(),
      organization: z.string(),
      role: roleName,
      /** The e-mail has an account already: its password is asked for, and no name. */
      hasAccount: z.boolean(),
      /** Only a sign-in by a provider that knows the e-mail accepts it. */
      requiresProvider: z.boolean(),
      expiresAt: moment,
    }),
    problems: ['not_found', 'too_many_attempts'],
  },
  accept: {
    method: 'POST',
    path: '/invitations/accept',
    summary:
      'Accept an invitation: makes the account with this password, or proves the one that is there; signs in',
    access: 'public',
    body: z.strictObject({
      token: presented,
      /** Of a new account. */
      name: nameText.optional(),
      password: presented,
      code: presented.optional(),
    }),
    audit: 'invitation.accepted',
    status: 201,
    answer: sessionAnswer,
    problems: [
      'not_found',
      'already_member',
      'wrong_credentials',
      'second_factor_needed',
      'too_many_attempts',
      'invalid_input',
      'provider_required',
    ],
  },
  join: {
    method: 'POST',
    path: '/invitations/join',
    summary:
      'Accept an invitation as who is signed in, whose e-mail it has to name; the session stays where it is',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ token: presented }),
    audit: 'invitation.accepted',
    status: 200,
    answer: z.strictObject({
      organization: z.strictObject({ id: idText, name: z.string() }),
      role: roleName,
    }),
    problems: ['not_found', 'already_member', 'forbidden', 'too_many_attempts', 'provider_required'],
  },
});
