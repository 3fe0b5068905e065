/** People and organisations: one file for each noun of the contract. */
import type { People } from '../../contract.ts';
import type { SqlRoom } from '../room.ts';
import { openAccounts } from './accounts.ts';
import { openApiKeys } from './api-keys.ts';
import { openExternalIdentities } from './external-identities.ts';
import { openInvitations } from './invitations.ts';
import { openKeptAnswers } from './kept-answers.ts';
import { openMembers } from './members.ts';
import { openOrganizations } from './organizations.ts';
import { openPasskeys } from './passkeys.ts';
import { openPasswordResets } from './password-resets.ts';
import { openPersonSessions } from './person-sessions.ts';
import { openSetup } from './setup.ts';
import { openSpent } from './spent.ts';

export { memberOf } from './members.ts';
export { removed, stopped } from './organizations.ts';

export function openPeople(room: SqlRoom, nowMs: () => number): People {
  return {
    accounts: openAccounts(room),
    organizations: openOrganizations(room),
    members: openMembers(room),
    invitations: openInvitations(room),
    apiKeys: openApiKeys(room),
    personSessions: openPersonSessions(room),
    setup: openSetup(room),
    keptAnswers: openKeptAnswers(room, nowMs),
    spent: openSpent(room, nowMs),
    externalIdentities: openExternalIdentities(room),
    passwordResets: openPasswordResets(room, nowMs),
    passkeys: openPasskeys(room),
  };
}
