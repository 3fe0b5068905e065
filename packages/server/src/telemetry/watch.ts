import type { Span } from '@opentelemetry/api';
import type { Tracing } from './contract.ts';
import type { Counts } from './meter.ts';

/** What requests are measured and traced with. */
export type Telemetry = {
  readonly meter: Counts;
  /** Absent: no spans. */
  readonly tracing: Tracing | undefined;
};

/** What is seen of one request while it is handled, also where it is handled again or for several servers. */
export class Watch {
  /** Absent: not traced. */
  span: Span | undefined;
  #isForwarded = false;
  #waits = 0;
  #waitsSinceMs = 0;
  #waitedMs = 0;

  /** From now on the gateway waits for somebody else. Waits may overlap. */
  beginWait(nowMs: number): void {
    if (this.#waits === 0) this.#waitsSinceMs = nowMs;
    this.#waits += 1;
  }

  endWait(nowMs: number): void {
    this.#waits -= 1;
    if (this.#waits === 0) this.#waitedMs += nowMs - this.#waitsSinceMs;
  }

  /** Waits for `work`; what it comes to is what that comes to. */
  async wait<Value>(clock: { monotonicMs(): number }, work: Promise<Value>): Promise<Value> {
    this.beginWait(clock.monotonicMs());
    try {
      return await work;
    } finally {
      this.endWait(clock.monotonicMs());
    }
  }

  /** The request is sent to its server, whose answer it waits for. */
  forwards(nowMs: number): void {
    this.#isForwarded = true;
    this.beginWait(nowMs);
  }

  /** The request is answered, so many milliseconds after it came. */
  end(tookMs: number, { meter }: Pick<Telemetry, 'meter'>): void {
    meter.worked(Math.max(0, tookMs - this.#waitedMs), this.#isForwarded);
  }
}
