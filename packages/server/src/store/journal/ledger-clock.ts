import type { Clock } from '../../limits/index.ts';

/** A time that was written, and what the monotonic clock of the boot then said. */
export type SavedTime = { readonly at: number; readonly monotonic: number; readonly boot: string };

/** What a ledger's time starts from: what was saved last, and the wall clock of whoever keeps the database. */
type TimeStart = { readonly saved: SavedTime | undefined; readonly wallMs: number };

/**
 * The time that limits go by: it never goes backwards, across restarts too, and no step of the wall clock moves it.
 * It starts from the wall clock and then follows the monotonic one. After a restart on the same boot of the machine
 * it goes on from where it was; otherwise the wall clock is asked again, but never for an earlier time than was saved.
 */
export class LedgerClock {
  readonly #clock: Clock;
  #baseMs: number;
  readonly #baseMonotonicMs: number;
  #nowMs: number;

  constructor(clock: Clock, { saved, wallMs }: TimeStart) {
    this.#clock = clock;
    this.#baseMonotonicMs = clock.monotonicMs();
    const isSameBoot = clock.bootId !== undefined && clock.bootId === saved?.boot;
    this.#baseMs =
      isSameBoot && this.#baseMonotonicMs >= saved.monotonic
        ? saved.at + (this.#baseMonotonicMs - saved.monotonic)
        : Math.max(wallMs, saved?.at ?? wallMs);
    this.#nowMs = Math.floor(this.#baseMs);
  }

  /** Whole milliseconds since the epoch. */
  now(): number {
    const passedMs = this.#clock.monotonicMs() - this.#baseMonotonicMs;
    this.#nowMs = Math.max(this.#nowMs, Math.floor(this.#baseMs + passedMs));
    return this.#nowMs;
  }

  /** Another process was at this time: from now on no earlier one. */
  heed(atMs: number): void {
    this.#baseMs += Math.max(0, atMs - this.now());
  }

  /** The time, to be saved. */
  reading(): SavedTime {
    return { at: this.now(), monotonic: this.#clock.monotonicMs(), boot: this.#clock.bootId ?? '' };
  }
}
