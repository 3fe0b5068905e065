import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, pageOf, pageQuery, roleName } from '../shapes/index.ts';

const organization = z.strictObject({ id: idText, name: z.string(), role: roleName, createdAt: moment });

export const organizations = resource({
  list: {
    method: 'GET',
    path: '/organizations',
    summary: 'The organisations of the person',
    access: 'signed_in',
    personOnly: true,
    query: z.strictObject({ ...pageQuery }),
    status: 200,
    answer: pageOf(organization),
    problems: [],
  },
  create: {
    method: 'POST',
    path: '/organizations',
    summary: 'Make another organisation; whoever makes it becomes its admin',
    access: 'manage_organization',
    personOnly: true,
    body: z.strictObject({ name: nameText }),
    audit: 'organization.created',
    status: 201,
    answer: organization,
    problems: [],
    creates: true,
  },
});
