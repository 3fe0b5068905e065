import type { Actor } from './actor.ts';

/** The directory that is behind a provider, and for which organisation the provider is. */
export type Directory = {
  readonly organization: string;
  readonly provider: string;
  /** By which the provider's people are known. */
  readonly issuer: string;
};

/** What a directory says of somebody. */
export type DirectoryAttributes = {
  /** As it is written; compared without regard to case. */
  readonly userName: string;
  /** What the directory calls them; with some, the subject of their sign-in. */
  readonly externalId?: string;
  /** A mailbox as `Claims` has it; where there is none, a user name may be one. */
  readonly email?: string;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly isActive: boolean;
};

export type DirectoryEntry = DirectoryAttributes & {
  readonly id: string;
  /** Counts its changes. */
  readonly version: number;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
};

/** By what a directory looks for an entry. */
export type DirectoryKey = Readonly<Record<'id' | 'userName' | 'externalId' | 'email', string>>;

export type DirectoryQuery = {
  readonly where?: Partial<DirectoryKey>;
  readonly offset: number;
  readonly limit: number;
};

/** Who is known to be meant by an entry. */
export type KnownPerson = { readonly person: string; readonly email: string };

export type DirectoryWritten = {
  readonly entry: DirectoryEntry;
  /** Whom it keeps out of the organisation, whether or not they were members before. */
  readonly out: readonly KnownPerson[];
  /** One of them is the last admin, who stays one, and to whom nothing opens any more. */
  readonly lastAdmin: boolean;
  /** Nothing of what it says was kept but that it is inactive: another entry has what they would be known by. */
  readonly isTaken: boolean;
};

/** Who says it, and how many sign-ins of agents ended before for a person. */
export type DirectoryAct = {
  readonly actor: Actor;
  readonly signedInAgents?: ReadonlyMap<string, number>;
};

/**
 * What directories say of people. Each change is one transaction with its rows in the audit log, and with what follows for who is linked with the
 * directory's provider: whom no entry lets in any more stops being a member as by `Members.remove`, with the sessions that the issuer
 * proved elsewhere. A last admin stays a member, but loses sessions, API keys and every way to sign in but the provider.
 * The same said again changes nothing, leaves no row, and does what could not be done before.
 */
export interface DirectoryEntries {
  /** Undefined for one that was deleted. */
  find(of: Directory, id: string): Promise<DirectoryEntry | undefined>;
  /** In the order in which they were made, and how many there are in all. */
  list(
    of: Directory,
    query: DirectoryQuery,
  ): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly total: number }>;
  /** `taken`: another entry has the user name, the external id or the e-mail; `full`: there are `most` already. */
  create(
    of: Directory,
    entry: { readonly id: string; readonly attributes: DirectoryAttributes; readonly most: number },
    act: DirectoryAct,
  ): Promise<DirectoryWritten | 'taken' | 'full'>;
  /** `stale`: its version is another one. What closes an entry does so also where the rest of it is taken. */
  change(
    of: Directory,
    entry: {
      readonly id: string;
      readonly version: number;
      readonly attributes: DirectoryAttributes;
    },
    act: DirectoryAct,
  ): Promise<DirectoryWritten | 'unknown' | 'taken' | 'stale'>;
  /** Of a last admin the entry stays, inactive. */
  remove(of: Directory, id: string, act: DirectoryAct): Promise<DirectoryWritten | 'unknown'>;
  /** Whose entry it is, if that is known, and the issuer knows them; undefined of one that was deleted. */
  personOf(of: Directory, id: string): Promise<KnownPerson | undefined>;
  /** How many members whom the issuer knows have no entry: the directory cannot say that they have left. */
  membersWithout(of: Directory): Promise<number>;
  /** E-mails of members whom it keeps out, and who are still members as an organisation needs an admin. */
  lockedOut(of: Directory): Promise<readonly string[]>;
  /** How many there are of each provider, by its name. */
  counts(organization: string): Promise<ReadonlyMap<string, { active: number; inactive: number }>>;
}
