import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { emailText, newPassword, presented } from '../shapes/index.ts';

export const passwords = resource({
  forgot: {
    method: 'POST',
    path: '/session/forgot',
    summary:
      'Send a link for a forgotten password to the e-mail, if an account has it; the answer does not say whether it has',
    access: 'public',
    body: z.strictObject({ email: emailText }),
    audit: 'by_store',
    status: 202,
    problems: ['too_many_attempts'],
  },
  reset: {
    method: 'POST',
    path: '/session/reset',
    summary:
      'Set a new password by a link that was sent, once; all sessions of the person end, their passkeys go, the second factor stays',
    access: 'public',
    body: z.strictObject({ token: presented, password: newPassword }),
    audit: 'by_store',
    status: 204,
    problems: ['not_found', 'too_many_attempts', 'provider_required'],
  },
});
