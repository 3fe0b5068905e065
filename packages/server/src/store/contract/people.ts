import type { Permission, Role } from '@boomgate/contract';
import type { AccountChanges } from './account-changes.ts';
import type { NoteOf } from './act.ts';
import type { Actor } from './actor.ts';
import type { ApiKeys } from './api-keys.ts';
import type { DirectoryEntries } from './directory.ts';
import type { Over } from './over.ts';
import type { PageStart } from './page-start.ts';
import type { Passkeys } from './passkeys.ts';
import type { PasswordResets } from './password-resets.ts';
import type { ExternalIdentities } from './sign-on.ts';

/**
 * What the store keeps of people and organisations, each kind for itself. Every look-up below an organisation names it: what
 * belongs to another is not there. Secrets come as hashes or sealed; nothing here can be presented.
 */
export interface People {
  readonly accounts: Accounts;
  readonly organizations: Organizations;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly apiKeys: ApiKeys;
  readonly personSessions: PersonSessions;
  readonly setup: Setup;
  readonly keptAnswers: KeptAnswers;
  readonly spent: Spent;
  readonly externalIdentities: ExternalIdentities;
  readonly directoryEntries: DirectoryEntries;
  readonly passwordResets: PasswordResets;
  readonly passkeys: Passkeys;
}

/**
 * The id of the first organisation: that of grants, servers and rows which were there before there were members.
 */
export const FIRST_ORGANIZATION = 'default';

/** A person who can sign in. */
export type PersonRecord = {
  readonly id: string;
  /** In lower case; no two people have the same. */
  readonly email: string;
  readonly name: string;
  /** Argon2id; absent for who signs in through a provider only. */
  readonly passwordHash?: string;
  readonly totp?: TotpRecord;
  readonly createdAtMs: number;
};

export type TotpRecord = {
  /** Sealed with the gateway's key. */
  readonly sealedSecret: string;
  readonly isConfirmed: boolean;
};

/** What comes with a confirmed factor; `session` goes on, as it is where it was confirmed. */
export type ConfirmedTotp = {
  readonly sealedSecret: string;
  readonly codes: readonly string[];
  readonly session: string;
};

export interface Accounts extends AccountChanges {
  count(): Promise<number>;
  /** Of all organisations, in the order of their e-mails; `after` is one. */
  list(page: PageStart): Promise<readonly PersonRecord[]>;
  find(id: string): Promise<PersonRecord | undefined>;
  findByEmail(email: string): Promise<PersonRecord | undefined>;
  /** In place of the one whose hash is `before`, else false. Ends all sessions, and the link that was open for a forgotten one. */
  setPassword(
    id: string,
    hashes: { readonly before: string; readonly after: string },
    note?: NoteOf<boolean>,
  ): Promise<boolean>;
  /**
   * Replaces what was enrolled; without a second factor the recovery codes go too. False for one that is not confirmed in place of one
   * that is.
   */
  setTotp(id: string, totp: TotpRecord | undefined, note?: NoteOf<boolean>): Promise<boolean>;
  /**
   * For who lost it: with its recovery codes and all sessions, as who has the device may have one. False when there is none. Leaves
   * a row `second_factor.removed` in every organisation of the person.
   */
  removeTotp(id: string, by: Actor): Promise<boolean>;
  /** Confirms what was enrolled, if it still is: with the hashes of its recovery codes, and the end of all sessions but one. */
  confirmTotp(id: string, confirmed: ConfirmedTotp, note?: NoteOf<boolean>): Promise<boolean>;
  /** Takes a step of TOTP for used: false when it, or a later one, was used before. */
  spendTotpStep(id: string, step: number): Promise<boolean>;
  replaceRecoveryCodes(id: string, hashes: readonly string[], note?: NoteOf<void>): Promise<void>;
  /** False when there is no such code that was not used yet. */
  spendRecoveryCode(id: string, hash: string): Promise<boolean>;
}

/** `widening`: those that let more through than the version before, or may. */
export type SecondPerson = 'never' | 'widening' | 'always';

export type OrganizationRecord = {
  readonly id: string;
  readonly name: string;
  readonly requireSecondFactor: boolean;
  /** Which saves of policies another person has to accept. */
  readonly requireSecondPerson: SecondPerson;
  /** No grant of the organisation opens anything. */
  readonly agentsStopped: boolean;
  /** Counts the changes of its settings. */
  readonly version: number;
  readonly createdAtMs: number;
};

export type NewOrganization = Pick<OrganizationRecord, 'id' | 'name'>;
export type SettingsChange = Partial<
  Pick<OrganizationRecord, 'name' | 'requireSecondFactor' | 'requireSecondPerson' | 'agentsStopped'>
>;

export interface Organizations {
  find(id: string): Promise<OrganizationRecord | undefined>;
  /** With its first admin. */
  create(
    organization: NewOrganization,
    admin: NewMember,
    note?: NoteOf<OrganizationRecord>,
  ): Promise<OrganizationRecord>;
  /** `stale` when its version is no longer this one. */
  change(
    of: Pick<OrganizationRecord, 'id' | 'version'>,
    change: SettingsChange,
    note?: NoteOf<OrganizationRecord | 'stale'>,
  ): Promise<OrganizationRecord | 'stale'>;
  /** Ids of those whose agents are stopped: also of those that were removed. */
  stopped(): Promise<ReadonlySet<string>>;
  /** All, by age. */
  list(): Promise<readonly OrganizationWithCounts[]>;
  /**
   * Ends an organisation that has this name, for good: its members, sessions, keys and invitations, grants with the agents that signed in and
   * what they wait for, servers with their credentials, policies and webhooks. Accounts and logs stay. A row `organization.removed` in its own log.
   */
  remove(of: Pick<OrganizationRecord, 'id' | 'name'>, by: Actor): Promise<RemovedOrganization>;
}

/** With what it has: servers that were registered through the API, and grants that are not revoked. */
export type OrganizationWithCounts = OrganizationRecord & {
  readonly members: number;
  readonly servers: number;
  readonly grants: number;
};

/** `first`: it holds what the configuration file declares, and stays. */
export type RemovedOrganization =
  | 'unknown'
  | 'first'
  | (Pick<OrganizationWithCounts, 'members' | 'servers' | 'grants'> & {
      /** E-mails of the accounts that are in no organisation now. */
      readonly leftAlone: readonly string[];
    });

export type MemberRecord = {
  readonly id: string;
  readonly organization: string;
  readonly person: string;
  readonly role: Role;
  readonly createdAtMs: number;
};

export type NewMember = Pick<MemberRecord, 'id' | 'person'>;

/** A member with who it is. */
export type MemberWithPerson = MemberRecord & { readonly account: PersonRecord };
export type Membership = MemberRecord & { readonly of: OrganizationRecord };

export interface Members {
  /** By age, oldest first; `after` is the id of a member. */
  list(organization: string, page: PageStart): Promise<readonly MemberWithPerson[]>;
  find(organization: string, id: string): Promise<MemberWithPerson | undefined>;
  ofPerson(organization: string, person: string): Promise<MemberRecord | undefined>;
  /** The organisations of a person, oldest membership first. */
  membershipsOf(person: string): Promise<readonly Membership[]>;
  /** The last admin of an organisation keeps their role, also when several are changed at once. */
  setRole(
    of: Pick<MemberRecord, 'organization' | 'id'>,
    role: Role,
    note?: NoteOf<Altered>,
  ): Promise<Altered>;
  /** Whether they want letters of what waits for them in the organisation; undefined for who is no member. */
  wantsLetters(organization: string, person: string): Promise<boolean | undefined>;
  /** They do until they say otherwise. False for who is no member. */
  setWantsLetters(
    of: Pick<MemberRecord, 'organization' | 'person'>,
    wants: boolean,
    note?: NoteOf<boolean>,
  ): Promise<boolean>;
  /** Who wants them, of those who may decide about what waits. */
  readers(organization: string, permission: Permission): Promise<readonly Reader[]>;
  /** What `remove` would say. */
  removable(organization: string, id: string): Promise<Altered>;
  /** With the API keys that they made and their sessions in the organisation; sign-ins of their agents end by `AgentSignInDesk.endAllOf`. */
  remove(organization: string, id: string, note?: NoteOf<Altered>): Promise<Altered>;
}

/** What became of a change of a member. */
export type Altered = 'done' | 'unknown' | 'last_admin';

/** A member who wants letters. */
export type Reader = { readonly person: string; readonly email: string; readonly role: Role };

export type InvitationRecord = {
  readonly id: string;
  readonly organization: string;
  readonly email: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly acceptedAtMs?: number;
  readonly revokedAtMs?: number;
};

export type NewPerson = Pick<PersonRecord, 'id' | 'email' | 'name'> & {
  readonly passwordHash?: string;
};

export interface Invitations {
  /** Undefined when who makes it may not invite any more; of the command line (`BY_COMMAND_LINE`) when there is no such organisation. */
  create(
    invitation: Omit<InvitationRecord, 'createdAtMs'>,
    tokenHash: string,
    note?: NoteOf<InvitationRecord | undefined>,
  ): Promise<InvitationRecord | undefined>;
  /** Newest first; `after` is the id of an invitation. */
  list(organization: string, page: PageStart): Promise<readonly InvitationRecord[]>;
  /** As it was; undefined when there is none, or it was accepted or revoked. */
  revoke(
    organization: string,
    id: string,
    note?: NoteOf<InvitationRecord | undefined>,
  ): Promise<InvitationRecord | undefined>;
  /** Deletes those that have been over for `keptMs`, as grants are deleted, with rows `invitation.deleted`; how many. */
  expire(which: Over): Promise<number>;
  /** Undefined unless it can be accepted now. */
  findOpen(tokenHash: string): Promise<InvitationRecord | undefined>;
  /** Takes the invitation, once, for the account that has its e-mail, or for a new one. */
  accept(
    tokenHash: string,
    who: { readonly newPerson?: NewPerson; readonly memberId: string },
    note?: NoteOf<Accepted>,
  ): Promise<Accepted>;
}

/** What became of an invitation that somebody wants to accept. */
export type Accepted = MemberRecord | 'unknown' | 'already_member';

/** What a browser holds after its person signed in; not to be taken for a session of an agent. */
export type PersonSession = {
  readonly hash: string;
  readonly person: string;
  readonly organization: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  /** Present when a provider proved who it is. */
  readonly provider?: SessionProvider;
  /** The browser and its system, as they called themselves when it began; absent where that is not known. */
  readonly device?: string;
};

/** By which provider somebody signed in, and whether it asked for a second factor. */
export type SessionProvider = {
  readonly id: string;
  readonly askedSecondFactor: boolean;
  /** Absent of a session by a passkey, and of one from before issuers were kept. */
  readonly issuer?: string;
  /** Its own name of the session there, where it says one. */
  readonly issuerSession?: string;
};

/** What an issuer says has ended there: a session of its own, or all of a subject. */
export type IssuerLogout = (
  | { readonly subject: string; readonly issuerSession?: string }
  | { readonly issuerSession: string }
) & {
  readonly issuer: string;
  /** Which message says so, and the moment, of `Store.nowMs`, from which on it must not be taken any more. */
  readonly message: { readonly id: string; readonly untilMs: number };
};

export interface PersonSessions {
  begin(
    session: Pick<PersonSession, 'hash' | 'person' | 'organization' | 'provider' | 'device'>,
  ): Promise<PersonSession>;
  /** Undefined when it ended, was not used for `SESSION_IDLE_MS` or is `SESSION_MS` old. */
  find(hash: string): Promise<PersonSession | undefined>;
  /** Notes that it is used. */
  note(hash: string): Promise<void>;
  turnTo(hash: string, organization: string): Promise<void>;
  /** Those of a person that have not ended, newest first. */
  ofPerson(person: string): Promise<readonly PersonSession[]>;
  end(hash: string, note?: NoteOf<void>): Promise<void>;
  endAllOf(person: string, except?: string, note?: NoteOf<void>): Promise<void>;
  /**
   * Ends what the issuer has ended: the sessions by it with that name, else all that the subject began by it; one whose name is not
   * known ends with those of its subject. Takes each message once, in one transaction with what it ends and a row `sessions.ended` in every
   * organisation of each person. How many sessions, or `repeated`.
   */
  endByIssuer(logout: IssuerLogout, by: Actor): Promise<number | 'repeated'>;
}

export interface Setup {
  /** The code by which the first person is made; replaces an earlier one. */
  open(codeHash: string, expiresAtMs: number): Promise<void>;
  /** Makes the first person, once: false when the code is not the open one, expired, or there is somebody already. */
  complete(
    codeHash: string,
    first: {
      readonly person: NewPerson;
      readonly organization: NewOrganization;
      readonly memberId: string;
    },
    note?: NoteOf<boolean>,
  ): Promise<boolean>;
}

/** An answer that is given again for the same Idempotency-Key; sealed, since it may hold what is given once. */
export type KeptAnswer = { readonly fingerprint: string; readonly sealed: string };

/** One that is being made has nothing sealed yet. */
export type BegunAnswer = { readonly fingerprint: string; readonly sealed: string | undefined };

export interface KeptAnswers {
  /**
   * Undefined for who may make it now: nobody else may, on whichever replica, until it is dropped or `ANSWER_MADE_MS` are over, in
   * which it is to be kept. Forgets what is old.
   */
  begin(caller: string, key: string, fingerprint: string): Promise<BegunAnswer | undefined>;
  /** For `KEPT_ANSWER_MS`; one that is kept already stays. */
  keep(caller: string, key: string, answer: KeptAnswer): Promise<void>;
  /** Nothing was made: whoever asks next may try again. */
  drop(caller: string, key: string): Promise<void>;
}

/** What was used and must not be used again, on whichever replica: random texts, each good for minutes. */
export interface Spent {
  /** False when it was spent before. Forgotten some time after the moment, of `Store.nowMs`, from which on it must not be taken any more. */
  spend(text: string, untilMs: number): Promise<boolean>;
}
