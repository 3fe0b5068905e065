/**
 * The handlers, a file for each resource of the contract. They turn what was checked into nouns of the store, and records into
 * answers; who may ask is settled before.
 */
import type { Endpoints } from '@boomgate/contract';
import type { HandlersOf } from '../frame/index.ts';
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
import { policies } from './policies/index.ts';
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

export const HANDLERS = {
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
} satisfies { readonly [R in keyof Endpoints]: HandlersOf<Endpoints[R]> };
