/**
 * The endpoints, a file for each resource. A new resource is a file here and a line below; its handlers do not compile until
 * they are all there, and neither does the test of roles.
 */
import type { Endpoint } from '../endpoint/index.ts';
import { accessRequests } from './access-requests.ts';
import { account } from './account.ts';
import { agentSignIns } from './agent-sign-ins.ts';
import { apiKeys } from './api-keys.ts';
import { approvals } from './approvals.ts';
import { attacks } from './attacks.ts';
import { audit } from './audit.ts';
import { catalogue } from './catalogue.ts';
import { decisions } from './decisions.ts';
import { gateway } from './gateway.ts';
import { grants } from './grants.ts';
import { invitations } from './invitations.ts';
import { members } from './members.ts';
import { notifications } from './notifications.ts';
import { organizations } from './organizations.ts';
import { overview } from './overview.ts';
import { passkeys } from './passkeys.ts';
import { passwords } from './passwords.ts';
import { policies } from './policies.ts';
import { proposals } from './proposals.ts';
import { serverSignIn } from './server-sign-in.ts';
import { servers } from './servers.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { signOn } from './sign-on.ts';
import { stack } from './stack.ts';
import { stats } from './stats.ts';
import { twoFactor } from './two-factor.ts';
import { webhooks } from './webhooks.ts';

export { OFFERED_GRANTS_MAX } from './agent-sign-ins.ts';
export { API_KEY_DAYS_MAX } from './api-keys.ts';
export { APPROVAL_STATE_NAMES } from './approvals.ts';
export { SEARCH_LENGTH_MAX } from './catalogue.ts';
export { GRANT_DAYS_MAX, GRANT_STATE_NAMES } from './grants.ts';
export { NEAR_LIMIT } from './overview.ts';
export type { PolicyWidens } from './policy-shapes.ts';
export { STATS_DAYS_MAX } from './stats.ts';

export const ENDPOINTS = {
  accessRequests,
  account,
  agentSignIns,
  apiKeys,
  approvals,
  attacks,
  audit,
  catalogue,
  decisions,
  gateway,
  grants,
  invitations,
  members,
  notifications,
  organizations,
  overview,
  policies,
  proposals,
  passkeys,
  passwords,
  servers,
  serverSignIn,
  session,
  settings,
  setup,
  signOn,
  stack,
  stats,
  twoFactor,
  webhooks,
} as const;

export type Endpoints = typeof ENDPOINTS;

/** An endpoint with its names: `members`, `remove`. */
export type NamedEndpoint = { readonly resource: string; readonly name: string; readonly endpoint: Endpoint };

/** All of them, by resource. */
export function listEndpoints(): readonly NamedEndpoint[] {
  return Object.entries(ENDPOINTS).flatMap(([resource, endpoints]) =>
    Object.entries(endpoints).map(([name, endpoint]) => ({ resource, name, endpoint })),
  );
}
