import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, moment, nameText, presented } from '../shapes/index.ts';
import { sessionAnswer } from './session.ts';

/** Characters of what a browser's authenticator gives; attestations with certificates are the longest, and not asked for. */
const CREDENTIAL_LENGTH_MAX = 16_384;
const STATE_LENGTH_MAX = 2_048;

/** `PublicKeyCredential.toJSON()` as JSON text. */
const credential = z.string().min(2).max(CREDENTIAL_LENGTH_MAX);
/** What came with the options, as it came. */
const state = z.string().min(1).max(STATE_LENGTH_MAX);

const ceremony = z.strictObject({
  /** JSON text for `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. */
  options: z.string(),
  /** To be sent back with the credential, within five minutes, once. */
  state: z.string(),
});

const passkey = z.strictObject({
  id: idText,
  name: z.string(),
  addedAt: moment,
  usedAt: moment.optional(),
});

export const passkeys = resource({
  list: {
    method: 'GET',
    path: '/passkeys',
    summary: 'The passkeys of the signed-in person',
    access: 'signed_in',
    personOnly: true,
    status: 200,
    answer: z.strictObject({ passkeys: z.array(passkey) }),
    problems: [],
  },
  begin: {
    method: 'POST',
    path: '/passkeys/options',
    summary: 'Begin to add a passkey (WebAuthn); the password is proven first, where the account has one',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ password: presented.optional() }),
    audit: 'nothing',
    status: 200,
    answer: ceremony,
    problems: ['wrong_credentials', 'too_many_attempts', 'no_passkeys_here', 'too_many', 'provider_required'],
  },
  add: {
    method: 'POST',
    path: '/passkeys',
    summary: 'Add the passkey that the browser made',
    access: 'signed_in',
    personOnly: true,
    body: z.strictObject({ name: nameText, state, credential }),
    audit: 'passkey.added',
    status: 201,
    answer: passkey,
    problems: ['wrong_credentials', 'no_passkeys_here', 'too_many', 'provider_required'],
  },
  remove: {
    method: 'DELETE',
    path: '/passkeys/{passkey}',
    summary: 'Remove a passkey; it can no longer be used to sign in',
    access: 'signed_in',
    personOnly: true,
    params: z.strictObject({ passkey: idText }),
    audit: 'passkey.removed',
    status: 204,
    problems: [],
  },
  beginSignIn: {
    method: 'POST',
    path: '/session/passkey/options',
    summary: 'Begin to sign in with a passkey',
    access: 'public',
    body: z.strictObject({}),
    audit: 'nothing',
    status: 200,
    answer: ceremony,
    problems: ['no_passkeys_here'],
  },
  signIn: {
    method: 'POST',
    path: '/session/passkey',
    summary:
      'Sign in with a passkey, which counts as both factors: its device asks for a PIN, a finger or a face',
    access: 'public',
    body: z.strictObject({ state, credential }),
    audit: 'session.began',
    status: 201,
    answer: sessionAnswer,
    problems: [
      'wrong_credentials',
      'too_many_attempts',
      'no_passkeys_here',
      'forbidden',
      'provider_required',
    ],
  },
});
