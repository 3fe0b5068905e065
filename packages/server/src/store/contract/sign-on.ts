import type { Role } from '@boomgate/contract';
import type { ResetFrom } from './password-resets.ts';

/** Who people are at providers. A person is known again by issuer and subject, and by nothing else. */
export interface ExternalIdentities {
  /** The id of the person who has this identity. */
  find(issuer: string, subject: string): Promise<string | undefined>;
  /** Of the providers that know a person, in their order. */
  issuersOf(person: string): Promise<readonly string[]>;
  /** How many admins of an organisation one of these issuers knows. */
  adminsBy(issuers: readonly string[], organization: string): Promise<number>;
  /**
   * Finds or makes the person of an identity, in one transaction with its rows in the audit log, by the first that fits:
   * the link that is there; the account with the e-mail, if `mayLink` and no identity of another has it; a new account, for
   * an open invitation of the organisation or with `joinsAs`. An account that was there becomes a member by an invitation
   * alone, and then loses its password, passkeys, second factor and sessions, which somebody of another organisation may have.
   */
  admit(arrival: Arrival): Promise<Admitted>;
  /** Whether a directory keeps them out by now, as `admit` would say. */
  isKeptOut(arrival: Arriving): Promise<boolean>;
}

/** By what a directory knows whom it keeps out. */
export type Arriving = Pick<Arrival, 'issuer' | 'subject' | 'email' | 'organization' | 'directory'>;

/** Somebody whom a provider has proven, with what its settings let them be. */
export type Arrival = {
  readonly issuer: string;
  readonly subject: string;
  /** Absent when the provider does not say that it is verified; then only a link that is there counts. */
  readonly email?: string;
  readonly newPerson: { readonly id: string; readonly name: string };
  readonly memberId: string;
  /** Which organisation the provider is for. */
  readonly organization: string;
  /** Its name, where who comes is the first of all people: then it is made with them as admin, if they join as one. */
  readonly organizationName: string;
  /** May be linked with an account that has the same e-mail. */
  readonly mayLink: boolean;
  /** The role of who comes without an invitation; absent: they stay outside. */
  readonly joinsAs?: Role;
  /** The role that they have from now on, where the provider says it at every sign-in; the last admin stays one. */
  readonly role?: Role;
  /**
   * The provider's name, where the directory of its issuer says who may join: then `mayLink` and `joinsAs` count for whom it calls active alone, whom it
   * keeps out stays outside, and whom it took out before may join again.
   */
  readonly directory?: string;
  readonly from: ResetFrom;
};

export type Admitted =
  | { readonly person: string }
  /** `account_exists`: another account has the e-mail and may not be linked; `stranger`: neither invited nor of a domain. */
  | 'email_unverified'
  | 'account_exists'
  | 'stranger'
  /** Nobody is here yet, and this one is no admin. */
  | 'no_admin'
  /** Their domain would let them in, but their directory has not said that they may. */
  | 'not_in_directory'
  /** Their directory keeps them out. */
  | 'directory_closed';
