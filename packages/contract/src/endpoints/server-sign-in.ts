import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { presented } from '../shapes/index.ts';

/** Characters of what an authorization server sends through the browser; some codes are encrypted texts. */
const RETURNED_TEXT_MAX = 8_192;
const returned = z.string().min(1).max(RETURNED_TEXT_MAX);

/** What authorization servers of servers, and the browsers that they send back, ask of the gateway. */
export const serverSignIn = resource({
  finish: {
    method: 'GET',
    path: '/server-sign-in/callback',
    summary:
      'Where an authorization server leads the browser back to: connects the gateway with the server, once, in the session that began',
    access: 'manage_servers',
    personOnly: true,
    // Authorization servers add what they like; these four are all that is read.
    query: z.looseObject({
      code: returned.optional(),
      state: presented.optional(),
      iss: returned.optional(),
      error: returned.optional(),
    }),
    audit: 'by_store',
    status: 302,
    problems: ['sign_on_stale', 'sign_in_not_possible', 'client_id_needed', 'authorization_server_failed'],
  },
  client: {
    method: 'GET',
    path: '/server-sign-in/client',
    summary: 'What the gateway says of itself as an OAuth client, where its public address is an https one',
    access: 'public',
    status: 200,
    answer: z.strictObject({
      client_id: z.string(),
      client_name: z.string(),
      client_uri: z.string(),
      redirect_uris: z.array(z.string()),
      grant_types: z.array(z.string()),
      response_types: z.array(z.string()),
      token_endpoint_auth_method: z.string(),
      application_type: z.string(),
    }),
    problems: ['not_found'],
  },
});
