/**
 * One record of the authorization server for agents: a client that registered, a request that waits for a person, a code, a refresh
 * token, a sign-in.
 */
export type AgentSignInRecord = {
  /** What it is; a key of one kind finds nothing of another. */
  readonly kind: string;
  /** Opens what it stands for, and is kept as its SHA-256 alone. */
  readonly key: string;
  /** A JSON text whose form only those know who keep it; sealed. */
  readonly content: string;
  readonly endsAtMs: number;
  /** The sign-in that it belongs to, with which it ends; and the id of the grant that this one stands for. */
  readonly of?: { readonly signIn: string; readonly grant: string };
  /** E-mail address of the person with whom it ends. */
  readonly person?: string;
};

/** What was kept of a record. */
export type KeptSignInRecord = {
  readonly content: string;
  readonly endsAtMs: number;
  /** When it was used up; absent while it was not. */
  readonly usedAtMs?: number;
};

/**
 * What is kept of agents that sign in by themselves (control-plane §4). Nothing is found once it is over, and what is over goes when
 * others are put, some at a time. Ends are moments of the time that all who share the store go by (`Store.nowMs`). Decides nothing: whoever
 * keeps it does.
 */
export interface AgentSignIns {
  /** In place of one of the same kind and key, also of one that was used up. */
  put(record: AgentSignInRecord): Promise<void>;
  find(kind: string, key: string): Promise<KeptSignInRecord | undefined>;
  /** True for one of all who ask, in whichever process: what can be used once is used by that one. */
  useUp(kind: string, key: string): Promise<boolean>;
  /** Lets it end later; never earlier. */
  extend(kind: string, key: string, endsAtMs: number): Promise<void>;
  remove(kind: string, key: string): Promise<void>;
  /** Removes everything of a sign-in, of every kind. */
  end(signIn: string): Promise<void>;
  /** Of one kind, what belongs to a grant. */
  ofGrant(grant: string, kind: string): Promise<readonly KeptSignInRecord[]>;
  /** Of one kind, what ends with a person, of whichever organisation. */
  ofPerson(person: string, kind: string): Promise<readonly KeptSignInRecord[]>;
  /** Leaves, of those of a kind that end before a moment, the `most` that end last; of more than these, some at a time. */
  trim(kind: string, to: { readonly most: number; readonly endingBeforeMs: number }): Promise<void>;
}
