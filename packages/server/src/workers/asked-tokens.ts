import type { Clock } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';
import type { Line } from '../store/index.ts';
import { signInKey, type TokenAnswer, type TokenPlace, type Tokens } from '../upstreams/index.ts';
import type { WorkerAsks, WorkerNews } from './asks.ts';

type Known = { readonly token: string; readonly signIn: string; readonly freshUntilMs: number };

const UNASKED = {
  problem: 'the process that holds the store did not give the token of this server',
  message: 'the gateway cannot present its credentials to the server now: try again',
} as const;

/** Tokens of the process that holds the store, each for as long as that says. */
export class AskedTokens implements Tokens {
  readonly #line: Pick<Line<WorkerAsks, WorkerNews>, 'ask'>;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #log: Pick<Log, 'warn'>;
  readonly #known = new Map<string, Known>();
  readonly #asking = new Map<string, Promise<TokenAnswer>>();

  constructor(
    line: Pick<Line<WorkerAsks, WorkerNews>, 'ask'>,
    clock: Pick<Clock, 'wallMs'>,
    log: Pick<Log, 'warn'>,
  ) {
    this.#line = line;
    this.#clock = clock;
    this.#log = log;
  }

  of(place: TokenPlace, refused?: string): Promise<TokenAnswer> {
    const known = this.#known.get(place.id);
    const signIn = signInKey(place);
    const isKnown = known?.signIn === signIn && known.token !== refused;
    if (isKnown && this.#clock.wallMs() < known.freshUntilMs) return Promise.resolve({ token: known.token });
    const key = `${signIn} ${refused ?? ''}`;
    const asking = this.#asking.get(key) ?? this.#ask(place, refused).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async lacks(place: TokenPlace, scopes: readonly string[]): Promise<boolean> {
    try {
      return await this.#line.ask('lacks', { place, scopes });
    } catch (error) {
      this.#log.warn({ server: place.id, error: String(error) }, 'what a server misses could not be told');
      return false;
    }
  }

  async #ask(place: TokenPlace, refused: string | undefined): Promise<TokenAnswer> {
    try {
      const answer = await this.#line.ask('token', { place, refused: refused ?? null });
      if ('problem' in answer) return answer;
      const { freshUntilMs = Number.POSITIVE_INFINITY, token } = answer;
      this.#known.set(place.id, { token, signIn: signInKey(place), freshUntilMs });
      return answer;
    } catch (error) {
      this.#log.warn({ server: place.id, error: String(error) }, 'no token was given');
      return UNASKED;
    }
  }
}
