/** People and organisations: one file for each repository of the contract. */
import type { People } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import { openAccounts } from './accounts.ts';
import { openApiKeys } from './api-keys.ts';
import { openDirectoryEntries } from './directory-entries.ts';
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

export function openPeople(executor: SqlExecutor, nowMs: () => number): People {
  return {
    accounts: openAccounts(executor),
    organizations: openOrganizations(executor),
    members: openMembers(executor),
    invitations: openInvitations(executor),
    apiKeys: openApiKeys(executor),
    personSessions: openPersonSessions(executor, nowMs),
    setup: openSetup(executor),
    keptAnswers: openKeptAnswers(executor, nowMs),
    spent: openSpent(executor, nowMs),
    externalIdentities: openExternalIdentities(executor),
    directoryEntries: openDirectoryEntries(executor),
    passwordResets: openPasswordResets(executor, nowMs),
    passkeys: openPasskeys(executor),
  };
}
