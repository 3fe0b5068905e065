import type { Clock } from '../../limits/index.ts';
import type { Database, Statement } from './driver.ts';

type Saved = { readonly at: number; readonly monotonic: number; readonly boot: string };

/**
 * The time that limits go by: it never goes backwards, across restarts too, and no step of the wall clock moves it.
 * It starts from the wall clock and then follows the monotonic one. After a restart on the same boot of the machine
 * it goes on from where it was; otherwise the wall clock is asked again, but never for an earlier time than was saved.
 */
export class LedgerClock {
  readonly #clock: Clock;
  readonly #baseMs: number;
  readonly #baseMonotonicMs: number;
  readonly #save: Statement<unknown>;
  #nowMs: number;

  constructor(clock: Clock, database: Database) {
    this.#clock = clock;
    this.#baseMonotonicMs = clock.monotonicMs();
    const saved = database.prepare<Saved>('select at, monotonic, boot from ledger_clock').get();
    this.#baseMs = startOf(clock, this.#baseMonotonicMs, saved);
    this.#nowMs = Math.floor(this.#baseMs);
    this.#save = database.prepare(
      'insert into ledger_clock (id, at, monotonic, boot) values (1, ?, ?, ?) on conflict (id) do update set at = excluded.at, monotonic = excluded.monotonic, boot = excluded.boot',
    );
  }

  /** Whole milliseconds since the epoch. */
  now(): number {
    const passedMs = this.#clock.monotonicMs() - this.#baseMonotonicMs;
    this.#nowMs = Math.max(this.#nowMs, Math.floor(this.#baseMs + passedMs));
    return this.#nowMs;
  }

  /** Writes the time into the transaction that is open. */
  save(): void {
    this.#save.run(this.now(), this.#clock.monotonicMs(), this.#clock.bootId ?? '');
  }
}

function startOf(clock: Clock, monotonicMs: number, saved: Saved | undefined): number {
  if (saved === undefined) return clock.wallMs();
  const isSameBoot = clock.bootId !== undefined && clock.bootId === saved.boot;
  if (isSameBoot && monotonicMs >= saved.monotonic) return saved.at + (monotonicMs - saved.monotonic);
  return Math.max(clock.wallMs(), saved.at);
}
