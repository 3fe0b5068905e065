import { plainAddress } from './addresses.ts';
import { SCOPES_MISSED_MAX } from './bounds.ts';
import type { HttpTarget, ServerSettings, TokenAnswer, TokenPlace, Tokens } from './contract.ts';

/** What requests to a server present at which the gateway is signed in. */
export type Credential = {
  /** The token for the next request, or why there is none. `refused`: the one that was just answered with HTTP 401. */
  readonly token: (refused?: string) => Promise<TokenAnswer>;
  /** The server refused a request as the scopes of the token do not suffice for it. */
  readonly lacks: (scopes: readonly string[]) => void;
};

/**
 * Whether a server that a configuration file declares is signed in at by a sign-in for this address: it goes to no other one, and
 * what the file says to present goes before.
 */
export function takesSignIn({ headers, url }: HttpTarget, address: string): boolean {
  return plainAddress(url) === address && !hasAuthorization(headers);
}

export function hasAuthorization(headers: HttpTarget['headers']): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
}

/** One text for each sign-in at each address: a token that is kept for one goes by no other, also when a server was moved since. */
export function signInKey({ address, id, signedInAtMs }: TokenPlace): string {
  return JSON.stringify([id, address, signedInAtMs]);
}

/** The token of a server goes to the address that it is for, and to no other. */
export function credentialOf(
  { id, target }: Pick<ServerSettings, 'id' | 'target'>,
  tokens: Tokens | undefined,
): Credential | undefined {
  if (target.kind !== 'http' || target.signedInAtMs === undefined || tokens === undefined) return undefined;
  const { allowPrivate, signedInAtMs, tls, url } = target;
  const place = { id, address: plainAddress(url), allowPrivate, ca: tls?.ca, signedInAtMs };
  const told = new ToldScopes((scopes) => tokens.lacks(place, scopes));
  return {
    token: (refused) => tokens.of(place, refused),
    lacks: (scopes) => told.tell(scopes),
  };
}

/** Tells each scope once for one sign-in, and that there is a lack at all: however often a server refuses, the store hears of it a few times. */
class ToldScopes {
  readonly #tell: (scopes: readonly string[]) => Promise<boolean>;
  #told: ReadonlySet<string> | undefined;

  constructor(tell: (scopes: readonly string[]) => Promise<boolean>) {
    this.#tell = tell;
  }

  tell(scopes: readonly string[]): void {
    const before = this.#told;
    const known = before ?? new Set();
    const fresh = scopes.filter((one) => !known.has(one)).slice(0, SCOPES_MISSED_MAX - known.size);
    if (before !== undefined && fresh.length === 0) return;
    this.#told = new Set([...known, ...fresh]);
    void this.#tell(fresh).then((isKept) => {
      if (!isKept) this.#told = before;
    });
  }
}
