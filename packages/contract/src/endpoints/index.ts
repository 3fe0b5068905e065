/**
 * The endpoints, a file for each resource. A new resource is a file here and a line below; its handlers do not compile until
 * they are all there, and neither does the test of roles.
 */
import type { Endpoint } from '../endpoint/index.ts';
import { account } from './account.ts';
import { apiKeys } from './api-keys.ts';
import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { decisions } from './decisions.ts';
import { grants } from './grants.ts';
import { invitations } from './invitations.ts';
import { members } from './members.ts';
import { organizations } from './organizations.ts';
import { servers } from './servers.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { twoFactor } from './two-factor.ts';

export { API_KEY_DAYS_MAX } from './api-keys.ts';
export { GRANT_DAYS_MAX } from './grants.ts';

export const ENDPOINTS = {
  account,
  apiKeys,
  approvals,
  audit,
  decisions,
  grants,
  invitations,
  members,
  organizations,
  servers,
  session,
  settings,
  setup,
  twoFactor,
} as const;

export type Endpoints = typeof ENDPOINTS;

/** An endpoint with its names: `members`, `remove`. */
export type NamedEndpoint = { readonly resource: string; readonly name: string; readonly endpoint: Endpoint };

export function listEndpoints(): readonly NamedEndpoint[] {
  return Object.entries(ENDPOINTS).flatMap(([resource, endpoints]) =>
    Object.entries(endpoints).map(([name, endpoint]) => ({ resource, name, endpoint })),
  );
}
