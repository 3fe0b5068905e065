import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { emailText, nameText, newPassword, presented } from '../shapes/index.ts';
import { sessionAnswer } from './session.ts';

export const setup = resource({
  read: {
    method: 'GET',
    path: '/setup',
    summary: 'Whether the gateway still waits for its first person',
    access: 'public',
    status: 200,
    answer: z.strictObject({ isNeeded: z.boolean() }),
    problems: [],
  },
  complete: {
    method: 'POST',
    path: '/setup',
    summary:
      'Make the first person, who becomes admin of the first organisation, with the code that the gateway printed',
    access: 'public',
    body: z.strictObject({
      code: presented,
      organization: nameText,
      name: nameText,
      email: emailText,
      password: newPassword,
    }),
    audit: 'organization.set_up',
    status: 201,
    answer: sessionAnswer,
    problems: ['wrong_credentials', 'too_many_attempts', 'provider_required'],
  },
});
