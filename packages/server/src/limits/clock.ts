import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Where the server reads the time. Injected, so that tests move it as they like. */
export type Clock = {
  /** Milliseconds since the epoch. May step either way at any moment. */
  wallMs(): number;
  /** Milliseconds since some fixed moment. Never goes backwards, never steps, also counts sleep. */
  monotonicMs(): number;
  /**
   * Names the fixed moment of `monotonicMs` when it outlives the process: two processes with the same
   * `bootId` may compare their readings. Absent where the system offers no such name.
   */
  readonly bootId?: string;
};

/** Milliseconds between looks at how long the machine has slept. */
const SLEEP_CHECK_MS = 1_000;

/** Milliseconds of difference between two readings of the system that are not taken for sleep. */
const SLEEP_TOLERANCE_MS = 1_000;

/** Reads the machine's clocks. */
export function systemClock(): Clock {
  const bootId = readBootId();
  const sleep = new SleepCounter();
  // `performance.now` counts from the start of the process, the system's counter from the boot of the machine.
  const startedMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => {
      const awakeMs = startedMs + performance.now();
      return awakeMs + sleep.sleptMs(awakeMs);
    },
    ...(bootId === undefined ? {} : { bootId }),
  };
}

/** On Linux the monotonic clock stands still while the machine sleeps, its uptime does not; elsewhere both count. */
class SleepCounter {
  #sleptMs = 0;
  #checkedAtMs = Number.NEGATIVE_INFINITY;

  sleptMs(awakeMs: number): number {
    if (process.platform !== 'linux' || awakeMs - this.#checkedAtMs < SLEEP_CHECK_MS) return this.#sleptMs;
    this.#checkedAtMs = awakeMs;
    const slept = uptime() * 1000 - awakeMs;
    if (slept > this.#sleptMs + SLEEP_TOLERANCE_MS) this.#sleptMs = slept;
    return this.#sleptMs;
  }
}

function readBootId(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() || undefined;
  } catch {
    // A system without /proc only loses the comparison across restarts.
    return undefined;
  }
}
