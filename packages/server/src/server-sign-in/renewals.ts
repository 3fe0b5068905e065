import { setTimeout as pause } from 'node:timers/promises';
import {
  type Clock,
  TOKEN_EARLY_MS,
  TOKEN_KEEP_AGAIN_MS,
  TOKEN_KEPT_MS,
  TOKEN_LEASE_MS,
  TOKEN_LOOK_MS,
  TOKEN_NEW_MS,
  TOKEN_RETRY_MS,
  TOKEN_WAIT_MS,
} from '../limits/index.ts';
import type { ServerSignIn, Store } from '../store/index.ts';
import { signInKey, type TokenAnswer, type TokenPlace, type Tokens } from '../upstreams/index.ts';
import type { KeptTokens } from './contract.ts';
import type { Asking } from './discover.ts';
import { renewedTokens } from './grants.ts';
import { guarded } from './guarded.ts';

type RenewalOptions = {
  readonly store: Pick<Store, 'nowMs' | 'serverSignIns'>;
  /** That of whoever is told until when a token is fresh. */
  readonly clock: Clock;
  /** How authorization servers of a server are asked. */
  readonly askingFor: (place: Pick<TokenPlace, 'address' | 'allowPrivate' | 'ca'>) => Promise<Asking>;
  /** A line for the operator, with the id of the server; holds nothing secret. */
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void;
};

const NEEDS_SIGN_IN = {
  problem:
    'the gateway needs to be signed in at this server again: connect it (server page, or POST /servers/{server}/connect)',
  message: 'the gateway is no longer signed in at this server: somebody has to connect it again',
} as const;
const RENEWING = {
  problem: 'renewing the token of this server takes long: the authorization server may be down',
  message: 'the sign-in of the gateway at this server is being renewed: try again',
} as const;
const STILL_REFUSED = {
  problem:
    'the server refuses a token that is still valid and cannot be replaced now: connect it again, with the account and scopes that it wants',
  message: 'the server refused the credentials that the gateway holds for it',
} as const;

type Kept = { readonly signIn: ServerSignIn; readonly tokens: KeptTokens };
type Known = {
  readonly token: string;
  readonly signIn: string;
  readonly freshUntilMs: number;
  readonly endsAtMs: number;
};

/**
 * The tokens that calls present. One process of all that share the store renews them (a claim of the row for some seconds), the others
 * wait; whoever has a token that is still good goes on with it meanwhile.
 */
export class Renewals implements Pick<Tokens, 'of'> {
  readonly #options: RenewalOptions;
  readonly #known = new Map<string, Known>();
  readonly #looking = new Map<string, Promise<TokenAnswer>>();

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  async of(place: TokenPlace, refused?: string): Promise<TokenAnswer> {
    const known = this.#known.get(place.id);
    const isUsable = known?.signIn === signInKey(place) && known.token !== refused;
    if (isUsable && this.#nowMs() < known.freshUntilMs) return this.#answered(known);
    const looked = this.#lookOnce(place, refused);
    if (isUsable && this.#nowMs() < known.endsAtMs) return this.#answered(known);
    return Promise.race([looked, late()]);
  }

  /** However many calls ask at once, one of them looks. */
  #lookOnce(place: TokenPlace, refused: string | undefined): Promise<TokenAnswer> {
    const key = `${signInKey(place)} ${refused ?? ''}`;
    const running = this.#looking.get(key);
    if (running !== undefined) return running;
    const looked = this.#look(place, refused)
      .catch((error: unknown): TokenAnswer => {
        this.#options.warn(
          { server: place.id, error: String(error) },
          'the token of a server cannot be read',
        );
        return {
          ...RENEWING,
          problem: 'the token of this server cannot be read; see the log of the gateway',
        };
      })
      .finally(() => this.#looking.delete(key));
    this.#looking.set(key, looked);
    return looked;
  }

  async #look(place: TokenPlace, refused: string | undefined): Promise<TokenAnswer> {
    const { serverSignIns } = this.#options.store;
    for (let waitedMs = 0; waitedMs < TOKEN_WAIT_MS; waitedMs += TOKEN_LOOK_MS) {
      const kept = await this.#read(place);
      if (kept === undefined) return NEEDS_SIGN_IN;
      const { signIn, tokens } = kept;
      const nowMs = this.#nowMs();
      const known = this.#remember(place, kept);
      const isRefused = known.token === refused;
      if (!isRefused && nowMs < known.freshUntilMs) return this.#answered(known);
      const isHelpless = nowMs < tokens.obtainedAtMs + TOKEN_NEW_MS || !canRenew(tokens);
      // One refusal is no proof that a token is over which nobody can replace.
      if (isRefused && isHelpless && nowMs < known.endsAtMs) return STILL_REFUSED;
      if (await serverSignIns.claim(place.id, signIn.version, TOKEN_LEASE_MS)) {
        const renewed = await this.#renew(place, kept);
        if (!('problem' in renewed)) return renewed;
        return isRefused || nowMs >= known.endsAtMs ? renewed : this.#answered(known);
      }
      if (!isRefused && nowMs < known.endsAtMs) return this.#answered(known);
      await pause(TOKEN_LOOK_MS);
    }
    return RENEWING;
  }

  /** Undefined where there are none for this address: a server that moved gets none that was for another place. */
  async #read({ address, id }: TokenPlace): Promise<Kept | undefined> {
    const found = await this.#options.store.serverSignIns.tokensOf(id);
    if (found?.signIn.state !== 'connected' || found.signIn.facts.address !== address) return undefined;
    // A cast: only this room writes what is sealed there.
    return { signIn: found.signIn, tokens: JSON.parse(found.secret) as KeptTokens };
  }

  async #renew(place: TokenPlace, { signIn, tokens }: Kept): Promise<TokenAnswer> {
    const { askingFor, store, warn } = this.#options;
    const { serverSignIns } = store;
    const askedAtMs = this.#nowMs();
    const asking = await askingFor(place);
    const found = await guarded(() => renewedTokens(tokens, { askedAtMs, asking }));
    if (found === undefined) {
      await serverSignIns.needsSignIn(place.id, signIn.version);
      this.#known.delete(place.id);
      warn({ server: place.id, issuer: signIn.facts.issuer }, 'a server needs to be signed in at again');
      return NEEDS_SIGN_IN;
    }
    if ('ok' in found) {
      await serverSignIns.release(place.id, signIn.version, TOKEN_RETRY_MS);
      warn({ server: place.id, why: found.why }, 'the token of a server could not be renewed');
      return { ...RENEWING, problem: `the token of this server could not be renewed: ${found.why}` };
    }
    const { endsAtMs, scopes = tokens.scopes, ...fresh } = found;
    const next: KeptTokens = { ...tokens, ...fresh, scopes: [...scopes], obtainedAtMs: askedAtMs };
    const secret = JSON.stringify(next);
    const kept = { secret, ...(endsAtMs === undefined ? {} : { endsAtMs }) };
    if (!(await this.#keep(signIn, kept))) return RENEWING;
    const { endsAtMs: _, ...rest } = signIn;
    const now = { ...rest, ...(endsAtMs === undefined ? {} : { endsAtMs }) };
    return this.#answered(this.#remember(place, { signIn: now, tokens: next }));
  }

  /** A store that fails for a while must not cost the sign-in: the refresh token of before is spent. */
  async #keep(
    { server, version }: ServerSignIn,
    kept: Parameters<Store['serverSignIns']['renewed']>[2],
  ): Promise<boolean> {
    for (let waitedMs = 0; ; waitedMs += TOKEN_KEEP_AGAIN_MS)
      try {
        return await this.#options.store.serverSignIns.renewed(server, version, kept);
      } catch (error) {
        if (waitedMs >= TOKEN_KEPT_MS) throw error;
        await pause(TOKEN_KEEP_AGAIN_MS, undefined, { ref: false });
      }
  }

  #remember(place: TokenPlace, { signIn, tokens }: Kept): Known {
    const endsAtMs = signIn.endsAtMs ?? Number.POSITIVE_INFINITY;
    const freshUntilMs = freshUntil(endsAtMs, tokens);
    const known = { token: tokens.accessToken, signIn: signInKey(place), freshUntilMs, endsAtMs };
    this.#known.set(place.id, known);
    return known;
  }

  #answered({ freshUntilMs, token }: Known): TokenAnswer {
    const aheadMs = this.#options.clock.wallMs() - this.#nowMs();
    return Number.isFinite(freshUntilMs) ? { token, freshUntilMs: freshUntilMs + aheadMs } : { token };
  }

  /** The time of all replicas: by the clock of one that is ahead, what it was given would be fresh for others when it is over. */
  #nowMs(): number {
    return this.#options.store.nowMs();
  }
}

const canRenew = ({ grant, refreshToken }: KeptTokens): boolean =>
  grant === 'client_credentials' || refreshToken !== undefined;

/** A minute before its end; of a token that lives shorter than two, after half of its life. One that nobody can renew is used up. */
function freshUntil(endsAtMs: number, tokens: KeptTokens): number {
  if (!canRenew(tokens)) return endsAtMs;
  return endsAtMs - Math.min(TOKEN_EARLY_MS, (endsAtMs - tokens.obtainedAtMs) / 2);
}

async function late(): Promise<TokenAnswer> {
  await pause(TOKEN_WAIT_MS, undefined, { ref: false });
  return RENEWING;
}
