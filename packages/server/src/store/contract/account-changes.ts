import type { Actor } from './actor.ts';
import type { GrantRecord } from './grants.ts';

/** What becomes of accounts beside their credentials. Each change leaves its rows in the audit log in the same transaction. */
export interface AccountChanges {
  /** False for who is not there. A row `account.renamed` in every organisation of the person; none for the name that they have. */
  rename(id: string, name: string, by: Actor): Promise<boolean>;
  /**
   * Another address for the same person. With it the grants that they own go by the new one, the link for a forgotten password ends, and
   * open invitations for the old address are revoked. Rows `account.email_changed` in every organisation of the person. Agents
   * that they signed in are moved by `moveSignedIn`.
   */
  changeEmail(id: string, email: string, by: Actor): Promise<ChangedEmail>;
  /**
   * Takes them out of their organisations, as `Members.remove` does, and deletes the account with all that signs in as it and with the
   * invitations for its address. Rows `account.removed` in every organisation of the person; they say how
   * many sign-ins of agents ended before (`endEverySignedIn`). Nothing happens while an organisation
   * has no other admin.
   */
  remove(id: string, by: Actor, signedInAgents?: number): Promise<RemovedAccount>;
  /** What `remove` would say. */
  removable(id: string): Promise<RemovedAccount>;
}

/** `taken`: another account has the address. */
export type ChangedEmail =
  | 'unknown'
  | 'taken'
  | {
      /** That go by the new address now; those of the configuration file until it is read again. */
      readonly grants: readonly Pick<GrantRecord, 'organization' | 'name' | 'origin'>[];
      readonly revokedInvitations: number;
    };

export type RemovedAccount =
  | 'done'
  | 'unknown'
  /** Names of the organisations of which they are the last admin. */
  | { readonly lastAdminOf: readonly string[] };
