import type { Actor } from './actor.ts';

export type PolicyOwner = { readonly organization: string; readonly name: string };

/** Who made a version. */
export type PolicyAuthor = Pick<Actor, 'kind' | 'id' | 'name'>;

/** One immutable text of a policy, without the text. */
export type PolicyVersion = PolicyOwner & {
  /** From 1; never given twice for a name, also not after the policy was removed. */
  readonly version: number;
  /** SHA-256 of the text, hex. */
  readonly sha256: string;
  /** `file`: a configuration file declared it. */
  readonly origin: 'file' | 'stored';
  /** Absent for versions from before this was kept. */
  readonly author?: PolicyAuthor;
  readonly note: string;
  readonly createdAtMs: number;
};

export type PolicyText = PolicyVersion & {
  /** The canonical document. */
  readonly text: string;
};

/** A policy that is stored, with the one version that is in force. */
export type StoredPolicy = PolicyText & {
  /** Slug of the only server whose grants it may decide; absent for any. */
  readonly server?: string;
};

export type PolicySave = PolicyOwner & {
  /** The version in force that it was made from; 0 for a policy that is not there yet. */
  readonly base: number;
  /** Of a new policy; later saves keep it. */
  readonly server?: string;
  readonly text: string;
  readonly note: string;
  /** The version whose text it is again, when it rolls back. */
  readonly from?: number;
};

/** A grant that a policy is to be attached to. */
export type Attachment = {
  /** Id of the grant. */
  readonly grant: string;
  readonly name: string;
  readonly server: string;
  /** The policy that decided there when it was proposed, null for none; absent of proposals that did not note it. */
  readonly replaces?: string | null;
  /** The version of that which was in force then, 0 for none; absent of proposals that did not note it. */
  readonly replacesVersion?: number;
};

/** A save, or an attachment, that waits for a second person, or did. */
export type PolicyProposal = PolicySave & {
  /** UUIDv7. */
  readonly id: string;
  readonly state: 'waiting' | 'accepted' | 'rejected' | 'withdrawn';
  /** With it the text is that of the version in force, `base`, and accepting it makes no version. */
  readonly attach?: Attachment;
  readonly author: PolicyAuthor;
  /** Id of the person who made it, also where it was made by their API key. */
  readonly person: string;
  /** Whether it lets more through than the version that it was made from: `no`, `yes`, `unknown`. */
  readonly widens: string;
  readonly createdAtMs: number;
  /** Absent while it waits. */
  readonly decidedAtMs?: number;
  readonly decidedBy?: PolicyAuthor;
  readonly answer?: string;
};

export type ProposalVerdict = {
  readonly organization: string;
  readonly id: string;
  /** Who decides: never who made it. Who withdraws: nobody else. */
  readonly person: string;
  readonly answer: string;
};

/** `stale`: another version is in force than it was made from. `too_many`: `POLICY_BOUNDS` allow no more. */
export type SaveFault = 'stale' | 'too_many';
export type VerdictFault = 'not_found' | 'own' | 'decided';
export type WithdrawFault = 'not_found' | 'not_own' | 'decided';

/** Immutable, numbered versions of policies. Every change leaves its audit row in the same transaction, in the name of `by`. */
export interface PolicyVersions {
  /**
   * Of a policy that the first organisation's file declares: the number of the newest version if a file made it with this text,
   * else of a new one.
   */
  register(name: string, canonicalText: string, by?: Actor): Promise<number>;
  /** Newest first, below `before`; of removed policies and of files too. */
  versions(
    owner: PolicyOwner,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly PolicyVersion[]>;
  version(owner: PolicyOwner, version: number): Promise<PolicyText | undefined>;
  /** What is in force of what is stored, in the order of organisations and names; of one organisation, or all. */
  stored(organization?: string): Promise<readonly StoredPolicy[]>;
  find(owner: PolicyOwner): Promise<StoredPolicy | undefined>;
  /** Makes a version and puts it in force; of a text that is in force already it makes none. */
  save(save: PolicySave, by: Actor): Promise<StoredPolicy | SaveFault>;
  /** `in_use`: a grant that is not over names it. Its versions stay. */
  remove(owner: PolicyOwner & { readonly base: number }, by: Actor): Promise<'removed' | 'stale' | 'in_use'>;
  propose(
    save: PolicySave & Pick<PolicyProposal, 'id' | 'person' | 'widens' | 'attach'>,
    by: Actor,
  ): Promise<PolicyProposal | SaveFault>;
  /** Newest first; `after` is an id. */
  proposals(
    organization: string,
    page: {
      readonly limit: number;
      readonly after?: string;
      readonly state?: PolicyProposal['state'] | undefined;
    },
  ): Promise<readonly PolicyProposal[]>;
  proposal(organization: string, id: string): Promise<PolicyProposal | undefined>;
  /** `policy` is what is in force by it; absent for an attachment, which the caller makes. */
  accept(
    verdict: ProposalVerdict,
    by: Actor,
  ): Promise<
    { readonly proposal: PolicyProposal; readonly policy?: StoredPolicy } | SaveFault | VerdictFault
  >;
  reject(verdict: ProposalVerdict, by: Actor): Promise<PolicyProposal | VerdictFault>;
  /** By who made it, also where they are the only one who could decide. */
  withdraw(verdict: ProposalVerdict, by: Actor): Promise<PolicyProposal | WithdrawFault>;
}
