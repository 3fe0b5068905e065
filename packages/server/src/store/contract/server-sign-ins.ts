import type { Actor } from './actor.ts';

/** How the gateway got its tokens: with a person in a browser, or with its own name and secret alone. */
export type SignInGrant = 'authorization_code' | 'client_credentials';

/** What may be shown of a sign-in at a server. */
export type SignInFacts = {
  /** The authorization server, exactly as it spells itself. */
  readonly issuer: string;
  /** The address of the server that the tokens are for, without its query: they go nowhere else. */
  readonly address: string;
  readonly scopes: readonly string[];
  readonly grant: SignInGrant;
  /** The next token comes without a person. */
  readonly renews: boolean;
  /** What the server refused requests for and the sign-in does not have; empty where it named nothing of the kind. Absent: it refused none. */
  readonly missing?: readonly string[];
};

/** The sign-in of the gateway at a server, without what is secret of it. */
export type ServerSignIn = {
  /** The id of the server. */
  readonly server: string;
  readonly organization: string;
  /** `begun`: nobody came back yet; `needs_sign_in`: what was kept is good for nothing any more. */
  readonly state: 'begun' | 'connected' | 'needs_sign_in';
  readonly facts: SignInFacts;
  /** When the access token ends; absent where nobody said. */
  readonly endsAtMs?: number;
  /** Grows with every change; a renewal counts for the version that it was claimed for alone. */
  readonly version: number;
};

/** A JSON text whose form only those know who keep it. */
type SecretText = string;

export type ClientOf = { readonly issuer: string; readonly secret: SecretText };
export type TokensOf = { readonly secret: SecretText; readonly endsAtMs?: number };

export type SignInPlace = {
  readonly organization: string;
  readonly server: string;
  readonly slug: string;
  /** By a configuration file: the store does not know whether it is there, and notes no more of its address than the origin. */
  readonly isDeclared?: boolean;
};

/** A sign-in by which requests may go. */
export type SignInInForce = { readonly address: string; readonly signedInAtMs: number };

/**
 * Sign-ins of the gateway at servers: one for each server, for all who may use it. What is secret is
 * sealed. Changes by people leave their audit row in the same transaction: `server.sign_in_began`, `server.signed_in`, `server.signed_out`.
 */
export interface ServerSignIns {
  /** Of one organisation or of all, with the name of each server; reads no secret. */
  list(organization?: string): Promise<readonly (ServerSignIn & { readonly slug: string })[]>;
  find(server: string): Promise<ServerSignIn | undefined>;
  /** Also of a server that nobody registers or declares any more. */
  findNamed(organization: string, slug: string): Promise<ServerSignIn | undefined>;
  /** Of one organisation, by the id of the server; also of servers that are not registered. */
  inForce(organization: string): Promise<ReadonlyMap<string, SignInInForce>>;
  /** The client that was kept for an issuer; that of any other issuer is never given. */
  clientFor(server: string, issuer: string): Promise<SecretText | undefined>;
  /** The tokens with what may be shown of them; undefined where there are none. */
  tokensOf(
    server: string,
  ): Promise<{ readonly signIn: ServerSignIn; readonly secret: SecretText } | undefined>;
  /** Keeps the client that a sign-in begins with. One that is in force stays so until another one takes its place. */
  begin(place: SignInPlace, begun: { facts: SignInFacts; client: ClientOf }, by: Actor): Promise<void>;
  /**
   * Puts a sign-in in force in place of one before; false when the server is not there any more, unless it is declared. One that `isBegun`
   * goes on with what was begun, and comes to nothing where that was forgotten meanwhile.
   */
  connect(
    place: SignInPlace,
    made: { facts: SignInFacts; client: ClientOf; tokens: TokensOf; isBegun?: boolean },
    by: Actor,
  ): Promise<boolean>;
  /** True for one of all who ask, in whichever process, for so many milliseconds: that one renews, or lets go by `renewed` or `release`. */
  claim(server: string, version: number, forMs: number): Promise<boolean>;
  /** False when it was changed meanwhile: what was renewed is nobody's any more. */
  renewed(server: string, version: number, tokens: TokensOf): Promise<boolean>;
  /** A renewal failed: others may try after so many milliseconds. */
  release(server: string, version: number, restMs: number): Promise<void>;
  /** What was kept is good for nothing any more; the tokens are forgotten, the client is kept. */
  needsSignIn(server: string, version: number): Promise<void>;
  /**
   * The server refused a request of the sign-in of that moment, for want of these scopes: all that are missing by now, if that is news.
   * Undefined also where another sign-in is in force. No change that a renewal has to heed.
   */
  lacks(
    server: string,
    lack: { readonly signedInAtMs: number; readonly scopes: readonly string[] },
  ): Promise<readonly string[] | undefined>;
  /** Forgets tokens and client: the tokens that there were, for whoever tells the authorization server. */
  forget(place: SignInPlace, by: Actor): Promise<{ readonly secret?: SecretText } | undefined>;
}
