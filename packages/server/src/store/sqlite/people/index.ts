/**
 * People and organisations in SQLite: one file for each noun of the contract. Transactions are short and stand between two
 * groups of the journal; nothing here waits.
 */
import type { People } from '../../contract.ts';
import { openAccounts } from './accounts.ts';
import { openApiKeys } from './api-keys.ts';
import { Desk, type DeskOptions, LAST_ID } from './desk.ts';
import { openExternalIdentities } from './external-identities.ts';
import { openInvitations } from './invitations.ts';
import { openKeptAnswers } from './kept-answers.ts';
import { openMembers } from './members.ts';
import { openOrganizations } from './organizations.ts';
import { openPasskeys } from './passkeys.ts';
import { openPasswordResets } from './password-resets.ts';
import { openPersonSessions } from './person-sessions.ts';
import { openSetup } from './setup.ts';

export { LAST_ID };

export function openPeople(options: DeskOptions): People {
  const desk = new Desk(options);
  return {
    accounts: openAccounts(desk),
    organizations: openOrganizations(desk),
    members: openMembers(desk),
    invitations: openInvitations(desk),
    apiKeys: openApiKeys(desk),
    personSessions: openPersonSessions(desk),
    setup: openSetup(desk),
    keptAnswers: openKeptAnswers(desk),
    externalIdentities: openExternalIdentities(desk),
    passwordResets: openPasswordResets(desk),
    passkeys: openPasskeys(desk),
  };
}
