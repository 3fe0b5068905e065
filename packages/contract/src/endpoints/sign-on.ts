import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText, presented } from '../shapes/index.ts';

/** Characters of what a provider sends through the browser; some codes are encrypted texts. */
const PROVIDER_TEXT_MAX = 8_192;
/** Characters of a path that a browser returns to. */
const PATH_LENGTH_MAX = 512;

const params = z.strictObject({ provider: idText });
const providerText = z.string().min(1).max(PROVIDER_TEXT_MAX);

/** One slash, so that no other host can stand behind it; browsers read a backslash as a slash. */
const localPath = z
  .string()
  .max(PATH_LENGTH_MAX)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/, 'expected a path of the gateway, such as /approvals');

export const signOn = resource({
  providers: {
    method: 'GET',
    path: '/session/providers',
    summary: 'The providers by which people can sign in',
    access: 'public',
    status: 200,
    answer: z.strictObject({
      providers: z.array(z.strictObject({ id: idText, name: z.string() })),
      /** `all`: nobody signs in otherwise; `some`: members of some organisation do not. */
      requiredOf: z.enum(['nobody', 'some', 'all']),
    }),
    problems: [],
  },
  start: {
    method: 'GET',
    path: '/session/oidc/{provider}/start',
    summary: 'Lead the browser to the provider; `returnTo` is the path to which it comes back signed in',
    access: 'public',
    params,
    query: z.strictObject({ returnTo: localPath.optional() }),
    status: 302,
    problems: ['provider_unavailable', 'sign_on_refused'],
  },
  finish: {
    method: 'GET',
    path: '/session/oidc/{provider}/callback',
    summary: 'Where the provider leads the browser back to: signs in, once, the browser that began',
    access: 'public',
    params,
    // Providers add what they like; these four are all that is read.
    query: z.looseObject({
      code: providerText.optional(),
      state: presented.optional(),
      iss: providerText.optional(),
      error: providerText.optional(),
    }),
    audit: 'session.began',
    status: 302,
    problems: ['sign_on_stale', 'sign_on_refused', 'provider_unavailable'],
  },
  logout: {
    method: 'POST',
    path: '/session/oidc/{provider}/backchannel-logout',
    summary: 'Where the provider itself says which sessions have ended (OpenID Connect Back-Channel Logout)',
    access: 'public',
    params,
    // What else a provider sends is not read, and a token that is missing is one that is not valid.
    body: z.looseObject({ logout_token: z.string().default('') }),
    form: true,
    audit: 'by_store',
    status: 200,
    problems: ['logout_refused', 'provider_unavailable', 'unavailable'],
  },
});
