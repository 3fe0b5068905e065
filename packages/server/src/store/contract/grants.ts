import type { JsonObject } from '@boomgate/engine';
import type { Actor } from './actor.ts';

export type GrantState = 'active' | 'paused' | 'revoked';

export type GrantRecord = {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  /** Slug of the one server that it opens; empty for a stack grant. */
  readonly server: string;
  /** The servers that a stack grant opens together (gateway §10); absent for a grant of one server. */
  readonly stack?: readonly StackMember[];
  /** Absent: every call is refused as `(no policy)`. */
  readonly policy?: string;
  readonly labels: JsonObject;
  readonly mode: 'enforce' | 'observe';
  readonly state: GrantState;
  readonly expiresAtMs?: number;
  readonly createdAtMs: number;
  /** `file` grants come from the configuration file and are read-only elsewhere. */
  readonly origin: 'file' | 'minted';
  /** Whose grant it is: an e-mail address or a name, who may not approve its calls. Absent: nobody's. */
  readonly owner?: string;
};

/** One server of a stack, and what decides its calls. */
export type StackMember = { readonly server: string; readonly policy?: string };

/** Every change leaves an audit row in the same transaction, in the name of `by`; of the gateway itself when that is absent. */
export interface Grants {
  /** Stores only the SHA-256 of the token. Rejects with `StoreError` code `conflict` when the name is taken. */
  create(
    grant: Omit<GrantRecord, 'state' | 'createdAtMs'>,
    tokenHash: string,
    by?: Actor,
  ): Promise<GrantRecord>;
  /** By SHA-256 of the token (hex), from memory; undefined when unknown. Does not judge state or expiry. */
  findByTokenHash(tokenHash: string): GrantRecord | undefined;
  list(): Promise<readonly GrantRecord[]>;
  /** By id or name. Resolves to false when there is no such grant. */
  setState(idOrName: string, state: GrantState, by?: Actor): Promise<boolean>;
  /** Makes the set of `file` grants exactly this one, all or nothing. */
  replaceFileGrants(
    grants: readonly {
      readonly grant: Omit<GrantRecord, 'state' | 'createdAtMs'>;
      readonly tokenHash: string;
    }[],
    by?: Actor,
  ): Promise<void>;
  /** Rereads what another process changed; called by the change feed and on a miss. */
  refresh(): void;
}
