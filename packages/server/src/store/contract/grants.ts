import type { JsonObject } from '@boomgate/engine';
import type { Actor } from './actor.ts';
import type { Over } from './over.ts';

export type GrantState = 'active' | 'paused' | 'revoked';

export type GrantRecord = {
  readonly id: string;
  readonly organization: string;
  /** Its organisation has no other grant of this name. */
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
  /** The token is kept sealed, so that it can be revealed. */
  readonly isTokenKept?: true;
  /** Until when the token from before the last rotation holds as well; may have passed. */
  readonly overlapEndsAtMs?: number;
  /** Its owner may sign agents in with it, not admins alone. */
  readonly ownerMaySignIn?: true;
  /** Addresses and networks (CIDR) from which it is used; absent: from anywhere. */
  readonly networks?: readonly string[];
};

/** One server of a stack, and what decides its calls. */
export type StackMember = { readonly server: string; readonly policy?: string };

export type NewGrant = Omit<GrantRecord, 'state' | 'createdAtMs' | 'isTokenKept' | 'overlapEndsAtMs'>;

/** SHA-256 of a token (hex). With the token itself, that is kept sealed and can be revealed; without, nobody can. */
export type GrantToken = { readonly hash: string; readonly token?: string };

/** Members that are absent stay as they are; null takes away. */
export type GrantChange = {
  readonly name?: string;
  readonly labels?: JsonObject;
  readonly mode?: GrantRecord['mode'];
  readonly owner?: string | null;
  readonly expiresAtMs?: number | null;
  readonly ownerMaySignIn?: boolean;
  readonly networks?: readonly string[] | null;
};

/** Why a grant was not changed: there is none, the configuration file declares it, or it was revoked for good. */
export type GrantFault = 'unknown' | 'file' | 'revoked';

export type Changed = { readonly kind: 'done'; readonly grant: GrantRecord } | { readonly kind: GrantFault };

export type Revealed =
  | { readonly kind: 'done'; readonly token: string }
  | { readonly kind: GrantFault | 'not_kept' };

/** A token that stands for a grant for a while: an agent that signed in presents it. */
export type AccessToken = {
  /** SHA-256, hex. */
  readonly hash: string;
  readonly endsAtMs: number;
  /** The sign-in that it is of. */
  readonly signIn: string;
  /** What of the file let it be given, or the hash of the grant's own token where that did; it ends with that. Absent where a person did. */
  readonly by?: string;
  /** Thumbprint (RFC 7638) of the key whose owner alone may present it; absent: whoever has it may. */
  readonly boundTo?: string;
};

/** A grant as an access token of it opens it. */
export type AccessedGrant = GrantRecord & Pick<AccessToken, 'boundTo'>;

/** A grant with the hashes of the tokens that lead to it. */
export type KnownGrant = {
  readonly grant: GrantRecord;
  /** SHA-256, hex. */
  readonly tokenHash: string;
  /** Of the token before the last rotation; the grant says until when it holds. */
  readonly previousHash?: string;
  /** Of agents that signed in; absent where there are none. */
  readonly accessTokens?: readonly AccessToken[];
};

/** A grant as the configuration file has it. */
export type FileGrant = {
  readonly grant: NewGrant;
  /** SHA-256, hex. */
  readonly tokenHash: string;
  /** What lets access tokens of it be given (`AccessToken.by`); absent: nothing. */
  readonly gives?: readonly string[];
};

/** What a copy of the grants has to do to stay the same: put these in, hold exactly these, or hold these no more. */
export type GrantNews = {
  readonly kind: 'put' | 'all' | 'gone';
  readonly grants: readonly KnownGrant[];
};

/**
 * Every change leaves an audit row in the same transaction, in the name of `by`; of the gateway itself when that is absent. Those of access
 * tokens leave none: they are renewed often, and what counts is the sign-in.
 */
export interface Grants {
  /**
   * A token that is given as its hash alone is not kept. Rejects with `StoreError` code `conflict` when the organisation has
   * a grant of this name, or any organisation one of this id or token.
   */
  create(grant: NewGrant, token: string | GrantToken, by?: Actor): Promise<GrantRecord>;
  /**
   * By SHA-256 of the token (hex), from memory; undefined when unknown. Does not judge state or expiry. By a token from before
   * a rotation the grant is found as one that expires when the overlap ends.
   */
  findByTokenHash(tokenHash: string): GrantRecord | undefined;
  /**
   * By SHA-256 of an access token (hex), from memory: the grant as one that expires when the token ends. Undefined when unknown, and by the
   * grant's own token. Does not judge state or expiry.
   */
  findByAccessHash(accessHash: string): AccessedGrant | undefined;
  /** Which sign-ins have access tokens of a grant now that let in, from memory; `isBound`: each of them to a key. */
  signInsWithAccess(id: string): ReadonlyMap<string, { readonly isBound: boolean }>;
  /** Of all organisations, by name. */
  list(): Promise<readonly GrantRecord[]>;
  /** The same of those that fit, from memory: of 100,000 grants it takes some ten milliseconds. */
  matching(fits: (grant: GrantRecord) => boolean): Promise<readonly GrantRecord[]>;
  /** Of one organisation, by name: those behind `after`, at most `limit`. Without `text`, `server`, `state` and `quietSinceMs` it costs what it answers, however many there are. */
  page(of: {
    readonly organization: string;
    readonly after?: string;
    readonly limit: number;
    /** Occurs in name, owner, servers or policies, in any case of ASCII letters. */
    readonly text?: string;
    /** Which it opens, alone or in a stack. */
    readonly server?: string;
    /** As it is now: one that is not revoked, but over, is `expired` whatever else it is. */
    readonly state?: GrantState | 'expired';
    /** There is since then, and no request of it is known from then on. */
    readonly quietSinceMs?: number;
  }): Promise<readonly GrantRecord[]>;
  /** When each of these, by id, was last used, to the hour; of those with a request that is counted (`Stats`). */
  lastUsed(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** By id, within an organisation. */
  get(organization: string, id: string): Promise<GrantRecord | undefined>;
  /**
   * By id, or by name in the first organisation. Decided within the transaction: what is revoked stays so, whoever is quicker. To
   * revoke it once more is done, and leaves no row. What is revoked has no access tokens any more.
   */
  setState(idOrName: string, state: GrantState, by?: Actor): Promise<'done' | 'unknown' | 'revoked'>;
  /** Of a minted grant, by id. Rejects with `StoreError` code `conflict` when the name is taken. */
  update(id: string, change: GrantChange, by?: Actor): Promise<Changed>;
  /**
   * Another token for a minted grant, by id. The one before holds for `overlapMs` more, and one that still held from before
   * that ends at once. Access tokens of sign-ins stay; those that one of these let be given end with it.
   */
  rotate(id: string, to: GrantToken & { readonly overlapMs: number }, by?: Actor): Promise<Changed>;
  /**
   * One more access token of a minted grant, by id, or of one of the file that lets it be given. Those that are over go, and where there are `ACCESS_TOKENS_OF_GRANT` others the one of
   * them that ends first: of the same sign-in, if any is.
   */
  putAccess(id: string, token: AccessToken): Promise<'done' | GrantFault>;
  /** Ends all access tokens of one sign-in, or that of one hash. Nothing happens where there is none. */
  endAccess(id: string, which: { readonly signIn: string } | { readonly hash: string }): Promise<void>;
  /** The token of a minted grant, by id. Rejects with `StoreError` code `unreadable` when it does not open. */
  reveal(id: string, by?: Actor): Promise<Revealed>;
  /**
   * What decides its calls from the next request on; of a stack grant, those to this server. Undefined when there is no such grant
   * or member, or when it is over or the file's; and where another one decides them than `instead`, or one where that is null.
   */
  setPolicy(
    id: string,
    attached: { readonly policy: string; readonly server?: string; readonly instead?: string | null },
    by?: Actor,
  ): Promise<GrantRecord | undefined>;
  /**
   * Makes the set of `file` grants exactly this one, all or nothing. Access tokens end that were given by what a grant does not have any more.
   * Those of minted grants that something of a file let be given open nothing in this process unless it is in `gives`; they are kept, as another
   * process may have another file.
   */
  replaceFileGrants(grants: readonly FileGrant[], by?: Actor, gives?: readonly string[]): Promise<void>;
  /**
   * Deletes minted grants that have been known to be over for `keptMs`, some at a time, with the agents that signed in; how many. One whose
   * approvals are kept stays as long as these are. Each step leaves a row `grant.deleted` for each organisation.
   */
  expire(which: Over): Promise<number>;
  /** Rereads what another process changed, and no more; called by the change feed and on a miss. */
  refresh(): Promise<void>;
  /** Tells `listener` at once what there is, then every change in the moment in which this process knows of it, until the answer is called. */
  follow(listener: (news: GrantNews) => void): () => void;
}
