import { declaredName, NAME_LENGTH_MAX, ROLES } from '@boomgate/contract';
import { z } from 'zod';
import { SESSION_MS, VOUCHED_CLIENTS_MAX } from '../limits/index.ts';
import { keySet } from './grant-schema.ts';

const HOUR_MS = 3_600_000;
const role = z.enum(ROLES);

export const providerEntry = z
  .strictObject({
    name: declaredName(NAME_LENGTH_MAX).optional().describe('For people; default: the key.'),
    issuer: z.string().describe('Address of the OpenID Connect provider, exactly as it spells it.'),
    client_id: z.string().min(1),
    client_secret: z
      .string()
      .optional()
      .describe('Better a reference such as ${env:OIDC_SECRET}; absent for a public client.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'expected a scope without spaces'))
      .max(20)
      .optional()
      .describe('Default: openid, email, profile.'),
    allowed_domains: z
      .array(
        z.string().regex(/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/, 'expected a domain such as acme.example'),
      )
      .max(100)
      .optional()
      .describe(
        'People whose verified e-mail is of one of these may join without an invitation; without it nobody may.',
      ),
    role: role.optional().describe('Of who joins without an invitation (default viewer).'),
    groups: z
      .record(z.string().min(1), role)
      .optional()
      .describe(
        'The role of who joins, by the names in the claim "groups"; of several the one that may most.',
      ),
    groups_claim: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('The claim that has them, such as https://acme.example/groups (default groups).'),
    verified_email: z
      .enum(['claims', 'provider'])
      .optional()
      .describe(
        'How the gateway knows that an e-mail is somebody’s: the provider says so in email_verified (default), or it vouches for all that it names, though it does not say so.',
      ),
    sync_roles: z
      .boolean()
      .optional()
      .describe(
        'Whether people have the role of their groups, or "role", at every sign-in, not only when they join (default false).',
      ),
    second_factor: z
      .enum(['claims', 'provider'])
      .optional()
      .describe(
        'How an organisation that requires a second factor knows of one: the provider says so in amr or acr (default), or it always asks for one.',
      ),
    session_hours: z
      .int()
      .min(1)
      .max(SESSION_MS / HOUR_MS)
      .optional()
      .describe(
        'Hours after which a session by this provider ends, however much it is used: a sign-in there is then due again (default 168).',
      ),
    scim: z
      .strictObject({
        token: z
          .string()
          .describe('32 to 256 visible ASCII characters; better a reference such as ${env:SCIM_TOKEN}.'),
      })
      .optional()
      .describe(
        'Lets the directory of the provider say at /scim/v2/KEY, by this token, who may join and who has left (SCIM 2.0): nobody joins by their domain whom it does not call active.',
      ),
    agents: z
      .strictObject({
        clients: z
          .record(
            z.string().regex(/^[\w.~-]{1,255}$/, 'expected 1 to 255 letters, digits and any of -._~'),
            z
              .strictObject({
                secret: z
                  .string()
                  .optional()
                  .describe(
                    '32 to 256 visible ASCII characters, without % and +; better a reference such as ${env:EDITOR_SECRET}.',
                  ),
                jwks: keySet.optional(),
              })
              .refine(
                ({ jwks, secret }) => (jwks === undefined) !== (secret === undefined),
                'expected a "secret", or "jwks" in place of it',
              ),
          )
          .refine(
            (all) => Object.keys(all).length <= VOUCHED_CLIENTS_MAX,
            `expected at most ${VOUCHED_CLIENTS_MAX} clients`,
          )
          .describe('By their client id, as the provider names them in its assertions.'),
      })
      .optional()
      .describe(
        'Lets agents of these programs in by the word of the provider, without a consent in the browser (ID-JAG, enterprise-managed authorization): each with the grant that its person owns and may give.',
      ),
    allow_private: z
      .boolean()
      .optional()
      .describe('May connect to loopback, private and link-local addresses.'),
  })
  .describe('An OpenID Connect provider by which people sign in.');
