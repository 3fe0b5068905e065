import type { JsonWebKey } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Proofs } from '../identity/index.ts';
import type { Clock } from '../limits/index.ts';
import type { GrantRecord, Store } from '../store/index.ts';
import type { WorkloadRule, Workloads } from '../workloads/index.ts';

/** What an agent's program says of itself. */
export type AgentClient = {
  /** Its own word; absent when it does not say. */
  readonly name?: string;
  /** Where its description was read, whose host vouches for it; absent for one that registered itself. */
  readonly document?: string;
  /** Where the browser is led back to, without path and query. */
  readonly returnsTo: string;
};

/** An agent that waits for a person's consent. */
export type WaitingAgent = {
  readonly client: AgentClient;
  /** The server that it asks for, as it wrote it: slug or UUID; empty for the address of all servers of a stack grant. */
  readonly place: string;
};

/** An agent that a person let work with a grant, or a workload that the configuration file does. */
export type SignedInAgent = {
  readonly id: string;
  /** Of a workload its proven subject as the name, of a program that a provider vouches for, or that shows the secret of the grant, its id; and nothing else. */
  readonly client: Omit<AgentClient, 'returnsTo'> & Partial<Pick<AgentClient, 'returnsTo'>>;
  /** E-mail address of who consented, or whose agent a provider vouches for; absent for a workload, and for a program that shows the secret of the grant. */
  readonly person?: string;
  /** Whose token a workload showed, by the issuer's key in the file. */
  readonly workload?: string;
  /** Whose word was taken in place of the person's consent, by the provider's key in the file. */
  readonly provider?: string;
  /** What of the grant itself a program showed; absent for any other. */
  readonly shows?: 'secret' | 'key';
  /** Whether its access tokens are bound to a key; absent while it has none. */
  readonly isBound?: boolean;
  readonly atMs: number;
  /** Until when it may stay away and still come back by itself. */
  readonly endsAtMs: number;
};

/** A grant of the configuration file that is for workloads. */
export type WorkloadGrant = {
  readonly name: string;
  /** Slug of the server; empty for a stack. */
  readonly server: string;
  /** By which it is found. */
  readonly tokenHash: string;
  readonly workloads: readonly WorkloadRule[];
};

/** A grant of the configuration file whose programs sign with a key of their own. */
export type KeyedGrant = {
  readonly name: string;
  /** By which it is found. */
  readonly tokenHash: string;
  /** Public alone (RFC 7517). */
  readonly jwks: readonly JsonWebKey[];
  /** Stands for these keys; access ends with that (`AccessToken.by`). */
  readonly key: string;
};

/** A program that comes in by the word of a provider of people, as the configuration file declares it. */
export type VouchedClient = {
  readonly id: string;
  /** Absent where it signs. */
  readonly secret?: string;
  /** Public keys (RFC 7517) of one that signs; absent where it has a secret. */
  readonly jwks?: readonly JsonWebKey[];
  /** The provider's key in the file. */
  readonly provider: string;
  /** Stands for all that the file says of it; its access ends with that (`AccessToken.by`). */
  readonly key: string;
};

/** What a provider has said, proven by its keys, of the person of an agent. */
export type Vouched = {
  readonly subject: string;
  /** The addresses that it is for; at least one. */
  readonly resources: readonly string[];
  /** Spends it, before it is acted on: false when it was shown before. */
  readonly spend: () => Promise<boolean>;
  /** Who it is about, as long as they are a member; else why there is nobody. */
  readonly person: () => Promise<VouchedPerson | { readonly why: string }>;
};

export type VouchedPerson = { readonly id: string; readonly email: string };

type VouchedFault = {
  readonly ok: false;
  readonly fault: 'provider_unavailable' | 'sign_on_refused';
  readonly why: string;
};

/** Providers of people whose word for an agent is taken (ID-JAG). */
export type Vouching = {
  readonly clients: () => readonly VouchedClient[];
  /** Never rejects for what an assertion or its provider says. */
  readonly prove: (
    client: VouchedClient,
    shown: { readonly token: string; readonly audience: string; readonly scope: string },
  ) => Promise<{ readonly ok: true; readonly vouched: Vouched } | VouchedFault>;
  /** Grants for this address (empty: all servers of a stack) which the person owns, may give, and which open now. */
  readonly grantsOf: (person: VouchedPerson, place: string) => Promise<readonly GrantRecord[]>;
};

/** Where the browser goes on to; undefined for what does not wait any more. */
type Onward = { readonly returnTo: string } | undefined;

/** Lets agents sign in by themselves, as the gateway's own authorization server (control-plane §4). */
export type AgentSignInDesk = {
  /** Answers what agents and their browsers ask of it; false for what is not its own. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly waiting: (signIn: string) => Promise<WaitingAgent | undefined>;
  readonly consent: (
    signIn: string,
    given: { readonly grant: GrantRecord; readonly person: string },
  ) => Promise<Onward>;
  readonly refuse: (signIn: string) => Promise<Onward>;
  /** Those of a grant, the newest first; none of one that was revoked. */
  readonly ofGrant: (grant: Pick<GrantRecord, 'id' | 'state'>) => Promise<readonly SignedInAgent[]>;
  /** Ends a sign-in with its tokens; undefined when the grant has none of this id. */
  readonly end: (grant: string, signIn: string) => Promise<SignedInAgent | undefined>;
  /** Ends all that a person consented to, with grants of an organisation that they have left; how many those were. */
  readonly endAllOf: (person: string, organization: string) => Promise<number>;
};

export type DeskParts = {
  readonly store: Pick<Store, 'agentSignIns' | 'audit' | 'grants' | 'nowMs' | 'secrets'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the gateway is reached, as configured and never as a request says; without a final slash. */
  readonly url: () => string;
  readonly isBehindTls: boolean;
  /** Which `Host` values are answered (DNS rebinding). */
  readonly allowsHost: (host: string) => boolean;
  /** Whether the person with this e-mail address may let agents work with the grant now. */
  readonly mayStillGive: (email: string, grant: GrantRecord) => Promise<boolean>;
  /** Whether whoever sent this, and is not known, may ask for something to be kept. */
  readonly mayAsk: (request: IncomingMessage) => boolean;
  /** The header by which a browser keeps which sign-in it began, so that no other consents to it. */
  readonly begunHere: (signIn: string) => readonly [string, string];
  /** Resolves once all processes of the gateway know what changed here. */
  readonly inForceEverywhere: () => Promise<void>;
  readonly senderOf: (request: IncomingMessage) => string;
  /** Slug of a server of an organisation, by slug or UUID, and of a stack empty; undefined when there is none. */
  readonly placeIn: (organization: string, place: string) => string | undefined;
  /** Notes that what opens a grant was presented from outside of its networks. */
  readonly usedElsewhere: (grant: GrantRecord, address: string) => void;
  readonly workloads: Pick<Workloads, 'identify'> & { readonly grants: () => readonly WorkloadGrant[] };
  readonly vouching: Vouching;
  readonly keyed: () => readonly KeyedGrant[];
  /** Notes until then that this was shown; false when it was before, to whichever process. */
  readonly spend: (text: string, untilMs: number) => Promise<boolean>;
  readonly proofs: Pick<Proofs, 'judge'>;
  /** Whether access tokens are given only to who binds them to a key. */
  readonly requiresBound: () => boolean;
  /** Reads a document over the internet, from no private address, without following redirects. */
  readonly readDocument: (url: string) => Promise<Document | { readonly failure: string }>;
};

type Document = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

type Log = Readonly<
  Record<'info' | 'warn', (fields: Readonly<Record<string, unknown>>, message: string) => void>
>;
