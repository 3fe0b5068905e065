import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { presented } from '../shapes/index.ts';

const recoveryCodes = z.strictObject({
  /** Each works once in place of a code; only this answer holds them. */
  recoveryCodes: z.array(z.string()),
});

export const twoFactor = resource({
  enrol: {
    method: 'POST',
    path: '/two-factor',
    summary: 'Begin to enrol a second factor (TOTP, RFC 6238); it counts once a code of it is confirmed',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ password: presented }),
    audit: 'second_factor.begun',
    status: 201,
    answer: z.strictObject({
      /** Base32, for who types it. */
      secret: z.string(),
      /** `otpauth:`, for a QR code. */
      uri: z.string(),
    }),
    problems: ['wrong_credentials', 'already_enrolled', 'no_password', 'too_many_attempts'],
  },
  confirm: {
    method: 'POST',
    path: '/two-factor/confirm',
    summary: 'Confirm the second factor with a code of it; all other sessions of the person end',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ code: presented }),
    audit: 'second_factor.confirmed',
    status: 200,
    answer: recoveryCodes,
    problems: ['wrong_credentials', 'not_enrolled', 'already_enrolled', 'too_many_attempts'],
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/two-factor/recovery-codes',
    summary: 'Make new recovery codes; the earlier ones no longer work',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ password: presented, code: presented }),
    audit: 'recovery_codes.renewed',
    status: 200,
    answer: recoveryCodes,
    problems: ['wrong_credentials', 'not_enrolled', 'too_many_attempts'],
  },
  disable: {
    method: 'POST',
    path: '/two-factor/disable',
    summary: 'Turn off the second factor',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ password: presented, code: presented }),
    audit: 'second_factor.disabled',
    status: 204,
    problems: ['wrong_credentials', 'not_enrolled', 'too_many_attempts'],
  },
});
