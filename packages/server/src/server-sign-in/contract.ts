import type { SignInGrant } from '../store/index.ts';
import type { ServerSettings } from '../upstreams/index.ts';

/** A server over HTTP. */
export type SignInServer = Pick<ServerSettings, 'id' | 'organization' | 'slug'> & {
  readonly target: Extract<ServerSettings['target'], { kind: 'http' }>;
  /** By a configuration file, which alone says where it is. */
  readonly isDeclared?: boolean;
};

/** What is used of what an authorization server says of itself (RFC 8414 §2). */
export type Metadata = {
  /** Exactly as it spells itself. */
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly authorization_endpoint?: string | undefined;
  readonly registration_endpoint?: string | undefined;
  readonly revocation_endpoint?: string | undefined;
  readonly token_endpoint_auth_methods_supported?: string[] | undefined;
  readonly code_challenge_methods_supported?: string[] | undefined;
  readonly authorization_response_iss_parameter_supported?: boolean | undefined;
  readonly client_id_metadata_document_supported?: boolean | undefined;
  readonly scopes_supported?: string[] | undefined;
};

/** The gateway as an authorization server knows it. */
export type Client = {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly method: 'none' | 'client_secret_basic' | 'client_secret_post';
  /** By a person; by the address of its document; by registering. */
  readonly how: 'given' | 'document' | 'registered';
  /** Of one that registered, which it is good for alone. */
  readonly redirectUri?: string | undefined;
  /** With which it registered; absent where it named none. */
  readonly scopes?: readonly string[] | undefined;
  /** When it registered; absent once somebody came back. */
  readonly atMs?: number | undefined;
};

/** What the browser keeps, sealed, while its person is at the authorization server. */
export type Flow = {
  readonly state: string;
  readonly verifier: string;
  readonly metadata: Metadata;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Of the server when the sign-in began. */
  readonly address: string;
};

/** What came back through the browser. */
export type Returned = Readonly<Partial<Record<'code' | 'state' | 'iss' | 'error', string>>>;

/** What a person gives to begin with. */
export type Given = {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
};

/** `why` is for people; it holds nothing that is secret and no text of another server. */
export type SignInFault = {
  readonly ok: false;
  readonly fault: 'sign_in_not_possible' | 'client_id_needed' | 'authorization_server_failed';
  readonly why: string;
};

/** Everything that renewing needs; sealed as one text. */
export type KeptTokens = {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly obtainedAtMs: number;
  readonly metadata: Metadata;
  readonly client: Client;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly grant: SignInGrant;
};

/** Thrown within this room: the other side says or does what cannot be used. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly fault: SignInFault['fault'];
  constructor(fault: SignInFault['fault'], why: string) {
    super(why);
    this.fault = fault;
  }
}
