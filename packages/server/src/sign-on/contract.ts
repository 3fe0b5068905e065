import type { JsonWebKey } from 'node:crypto';
import type { Role } from '@boomgate/contract';

/** A provider as the configuration file declares it. */
export type Provider = {
  /** Stands in addresses. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Exactly as the provider spells it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  /** In lower case: whose verified e-mail is of one of these may join, and is linked with the account that has it. */
  readonly allowedDomains: readonly string[];
  /** Of whom no group says otherwise. */
  readonly role: Role;
  /** `provider`: it vouches for every e-mail that it names, unless it says of one that it is not verified; `claims`: it says so of each. */
  readonly verifiedEmail: 'claims' | 'provider';
  /** The claim that has the groups. */
  readonly groupsClaim: string;
  /** Roles by the names of groups; of several the one that may most. */
  readonly groups: Readonly<Record<string, Role>>;
  /** At every sign-in they have the role of their groups, not only when they join. */
  readonly syncsRoles: boolean;
  /** `provider`: it always asks for a second factor; `claims`: it says so in `amr` or `acr` when it did. */
  readonly secondFactor: 'claims' | 'provider';
  /** Milliseconds that a session by it lasts at the most; absent: as long as any. */
  readonly sessionMs?: number;
  /** May be reached at loopback, private and link-local addresses. */
  readonly allowPrivate: boolean;
  /** What its directory presents, as the SHA-256 of the token; absent: none says who may join. */
  readonly directoryTokenHash?: string;
  /** Programs for whose agents its word is enough; absent: none. */
  readonly agents?: readonly VouchedClient[];
};

/** A program that may show the provider's word for its person, in place of a consent in the browser. */
export type VouchedClient = {
  /** As the gateway knows it, and as the provider names it in what it says. */
  readonly id: string;
  /** Absent where it signs. */
  readonly secret?: string;
  /** Public keys (RFC 7517) of one that signs; absent where it has a secret. */
  readonly jwks?: readonly JsonWebKey[];
  /** Stands for all that the file says of it: something else has another one. */
  readonly key: string;
};

/** What a provider says of the person of an agent (ID-JAG). */
export type Vouched = {
  readonly issuer: string;
  readonly subject: string;
  /** The addresses that it is for, as it spells them; at least one. */
  readonly resources: readonly string[];
  readonly askedSecondFactor: boolean;
  /** What says so, and until when it counts. */
  readonly message: { readonly id: string; readonly untilMs: number };
};

/** What the browser keeps, sealed, while its person is at the provider. */
export type Flow = {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

export type Begun = { readonly ok: true; readonly url: string; readonly flow: Flow };

/** What the provider gave back through the browser. */
export type Returned = Readonly<Partial<Record<'code' | 'state' | 'iss' | 'error', string>>>;

/** What is proven of somebody. */
export type Claims = {
  readonly issuer: string;
  readonly subject: string;
  /** One mailbox, in lower case; absent unless the provider says that it is verified, or vouches for all of its own. */
  readonly email?: string;
  readonly name?: string;
  readonly groups: readonly string[];
  readonly askedSecondFactor: boolean;
  /** The provider's own name of the session there (`sid`). */
  readonly issuerSession?: string;
};

/** What a provider says has ended there: a session, or all of a subject. */
export type Logout = {
  readonly which:
    | { readonly subject: string; readonly issuerSession?: string }
    | { readonly issuerSession: string };
  /** What says so, and until when it counts. */
  readonly message: { readonly id: string; readonly untilMs: number };
};

/** `why` is for the gateway's log; it holds nothing that is secret and is never shown to who signs in. */
export type ProviderFault = {
  readonly ok: false;
  readonly fault: 'provider_unavailable' | 'sign_on_refused';
  readonly why: string;
};

/** One request to a provider, by the rules for addresses; never rejects. */
export type Ask = (request: {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly allowPrivate: boolean;
  /** In PEM: authorities in place of the system's, and what the other side is shown. */
  readonly tls?: Readonly<Partial<Record<'ca' | 'cert' | 'key', string>>> | undefined;
}) => Promise<AskedAnswer>;

export type AskedAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
  | { readonly failure: string };
