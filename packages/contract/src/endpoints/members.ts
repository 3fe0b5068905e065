import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, pageOf, pageQuery, roleName } from '../shapes/index.ts';

const member = z.strictObject({
  id: idText,
  person: idText,
  email: z.string(),
  name: z.string(),
  role: roleName,
  hasSecondFactor: z.boolean(),
  createdAt: moment,
});

const params = z.strictObject({ member: idText });

export const members = resource({
  list: {
    method: 'GET',
    path: '/members',
    summary: 'The members of the organisation',
    access: 'manage_organization',
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(member),
    problems: [],
  },
  changeRole: {
    method: 'PATCH',
    path: '/members/{member}',
    summary: 'Give a member another role; the last admin keeps theirs',
    access: 'manage_organization',
    params,
    body: z.strictObject({ role: roleName }),
    audit: 'member.role_changed',
    status: 200,
    answer: member,
    problems: ['last_admin'],
  },
  endSessions: {
    method: 'DELETE',
    path: '/members/{member}/sessions',
    summary: 'End all sessions of a member, wherever they are signed in',
    access: 'manage_organization',
    params,
    audit: 'sessions.ended',
    status: 204,
    problems: [],
  },
  remove: {
    method: 'DELETE',
    path: '/members/{member}',
    summary:
      'Remove a member, with the API keys they made and their sessions in the organisation; the last admin stays',
    access: 'manage_organization',
    params,
    audit: 'member.removed',
    status: 204,
    problems: ['last_admin'],
  },
});
