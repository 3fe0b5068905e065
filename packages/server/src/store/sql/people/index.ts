/** People and organisations: one file for each noun of the contract. */
import type { People } from '../../contract.ts';
import { Desk } from '../desk.ts';
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

export function openPeople(room: SqlRoom, nowMs: () => number): People {
  const desk = new Desk(room);
  return {
    accounts: openAccounts(desk),
    organizations: openOrganizations(desk),
    members: openMembers(desk),
    invitations: openInvitations(desk),
    apiKeys: openApiKeys(desk),
    personSessions: openPersonSessions(desk),
    setup: openSetup(desk),
    keptAnswers: openKeptAnswers(desk, nowMs),
    spent: openSpent(desk, nowMs),
    externalIdentities: openExternalIdentities(desk),
    passwordResets: openPasswordResets(desk, nowMs),
    passkeys: openPasskeys(desk),
  };
}
