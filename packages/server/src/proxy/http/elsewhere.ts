import { ELSEWHERE_KEPT, ELSEWHERE_MS } from '../../limits/index.ts';

/**
 * From where tokens were presented whose grants are not used from there. What comes next from there with such a token does not wait in the line of
 * that token: its own agents would wait behind whoever took it.
 */
export class Elsewhere {
  /** Until which monotonic millisecond that is known, the oldest first. */
  readonly #known = new Map<string, number>();

  note(token: string, network: string, nowMs: number): void {
    const key = keyOf(token, network);
    this.#known.delete(key);
    this.#known.set(key, nowMs + ELSEWHERE_MS);
    if (this.#known.size <= ELSEWHERE_KEPT) return;
    const [oldest = key] = this.#known.keys();
    this.#known.delete(oldest);
  }

  /** In whose line a request waits that presents this. Where it comes from is asked for only if anybody's token was taken. */
  lineOf(token: string, { networkOf, nowMs }: { networkOf: () => string; nowMs: number }): string {
    if (this.#known.size === 0) return token;
    const key = keyOf(token, networkOf());
    const untilMs = this.#known.get(key);
    if (untilMs === undefined) return token;
    if (nowMs < untilMs) return key;
    this.#known.delete(key);
    return token;
  }
}

const keyOf = (token: string, network: string): string => `${network} ${token}`;
