import { z } from 'zod';
import { resource } from '../endpoint/index.ts';
import { idText } from '../shapes/index.ts';

/** Grants that a page offers to choose from; further ones are for who mints another. */
export const OFFERED_GRANTS_MAX = 200;

const params = z.strictObject({ signIn: idText });

/** What an agent's program says of itself; all of it is its own word, but the address that a document was read from. */
export const agentClient = z.strictObject({
  /** What it calls itself; absent when it does not say. */
  name: z.string().optional(),
  /** The https address of the document that describes it, whose host vouches for it; absent for one that registered itself. */
  document: z.string().optional(),
  /** Where the browser is led back to, without path and query: `https://HOST`, `http://127.0.0.1`, or a scheme such as `cursor:`. */
  returnsTo: z.string(),
});

const leading = {
  method: 'POST',
  access: 'read',
  personOnly: true,
  params,
  status: 200,
  /** Where the browser goes on to. */
  answer: z.strictObject({ returnTo: z.string() }),
} as const;

/** Agents that sign in by themselves: what waits in this browser for the consent of its person. */
export const agentSignIns = resource({
  show: {
    method: 'GET',
    path: '/agent-sign-ins/{signIn}',
    summary: 'Which agent asks in this browser for which server, and the grants that it may be given',
    access: 'read',
    personOnly: true,
    params,
    status: 200,
    answer: z.strictObject({
      client: agentClient,
      /** The server that is asked for; absent for the address of all servers of a stack grant. */
      server: z.string().optional(),
      /** Whose work it would do: active ones for this server that were minted. Of all roles but admin, own ones whose owner may sign in. */
      grants: z.array(
        z.strictObject({
          id: idText,
          name: z.string(),
          policy: z.string().optional(),
          servers: z.array(z.string()),
        }),
      ),
      /** Who asks may mint another grant, and choose that. */
      mayMint: z.boolean(),
    }),
    problems: ['sign_on_stale'],
  },
  consent: {
    ...leading,
    path: '/agent-sign-ins/{signIn}/consent',
    summary: 'Let the agent work with a grant until the grant or this sign-in ends',
    body: z.strictObject({ grant: idText }),
    audit: 'grant.signed_in',
    problems: ['sign_on_stale', 'grant_not_offered'],
  },
  refuse: {
    ...leading,
    path: '/agent-sign-ins/{signIn}/refuse',
    summary: 'Refuse the agent',
    audit: 'nothing',
    problems: ['sign_on_stale'],
  },
});
