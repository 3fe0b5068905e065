import { REFUSAL_SECONDS, REFUSALS_PER_SECOND } from '../limits/index.ts';

type Rate = { second: number; refusals: number; hotSeconds: number };

/**
 * How fast the calls of each grant are refused (gateway §5). Refusing costs a decision and a row in the log; an agent
 * that never stops is turned away before that, until it calms down. Times are monotonic milliseconds.
 */
export class RefusalRates {
  readonly #rates = new Map<string, Rate>();

  /** A call of this grant was refused. */
  note(grantId: string, nowMs: number): void {
    const rate = this.#rates.get(grantId) ?? { second: secondOf(nowMs), refusals: 0, hotSeconds: 0 };
    this.#rates.set(grantId, rate);
    roll(rate, secondOf(nowMs));
    rate.refusals += 1;
  }

  /** How many grants are turned away now. */
  turnedAway(nowMs: number): number {
    let count = 0;
    for (const rate of this.#rates.values()) {
      roll(rate, secondOf(nowMs));
      if (rate.hotSeconds >= REFUSAL_SECONDS) count += 1;
    }
    return count;
  }

  /** Whether a request is to be turned away; being turned away is a refusal too, so only a pause helps. */
  turnsAway(grantId: string, nowMs: number): boolean {
    const rate = this.#rates.get(grantId);
    if (rate === undefined) return false;
    roll(rate, secondOf(nowMs));
    if (rate.hotSeconds < REFUSAL_SECONDS) return false;
    rate.refusals += 1;
    return true;
  }
}

/** Closes the seconds that are over: one with few refusals, or none at all, begins the count again. */
function roll(rate: Rate, second: number): void {
  if (second === rate.second) return;
  const isHot = second === rate.second + 1 && rate.refusals > REFUSALS_PER_SECOND;
  rate.hotSeconds = isHot ? rate.hotSeconds + 1 : 0;
  rate.second = second;
  rate.refusals = 0;
}

function secondOf(nowMs: number): number {
  return Math.floor(nowMs / 1_000);
}
