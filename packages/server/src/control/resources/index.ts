/**
 * The handlers, a file for each resource of the contract. They turn what was checked into nouns of the store, and records into
 * answers; who may ask is settled before.
 */
import type { Endpoints } from '@boomgate/contract';
import type { HandlersOf } from '../frame/index.ts';
import { account } from './account.ts';
import { apiKeys } from './api-keys.ts';
import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { decisions } from './decisions.ts';
import { grants } from './grants.ts';
import { invitations } from './invitations.ts';
import { members } from './members.ts';
import { organizations } from './organizations.ts';
import { passwords } from './passwords.ts';
import { servers } from './servers.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { signOn } from './sign-on.ts';
import { twoFactor } from './two-factor.ts';

export const HANDLERS = {
  account,
  apiKeys,
  approvals,
  audit,
  decisions,
  grants,
  invitations,
  members,
  organizations,
  passwords,
  servers,
  session,
  settings,
  setup,
  signOn,
  twoFactor,
} satisfies { readonly [R in keyof Endpoints]: HandlersOf<Endpoints[R]> };
