import { HOLD_PROGRESS_MS, MAX_HELD, MAX_HELD_PER_GRANT } from '../limits/index.ts';
import type { Approval } from './approval.ts';

/** Where held calls look. */
type Watched = {
  /** As it is now; undefined when there is none. A promise where another process has to be asked. */
  readonly get: (id: string) => Approval | undefined | Promise<Approval | undefined>;
  /** Whether any approval may have changed since the last time this was asked, in whichever process. */
  readonly changed: () => boolean;
  /** Time of the store. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
};

export type Holding = {
  readonly approval: Approval;
  /** Monotonic time until which it is held. */
  readonly untilMs: number;
  /** Aborted when the agent is gone or wants no answer any more. */
  readonly signals: readonly AbortSignal[];
  /** The same of what no signal tells: its session ended, perhaps in another process. Asked at each look. */
  readonly hasLeft?: () => boolean;
  /** Called now and every few seconds while it is held, with the milliseconds so far. */
  readonly onWaiting: (heldMs: number) => void;
};

/** Why a held call ends without a decision: time is up or there is no place; the agent is gone. */
type Gone = 'late' | 'gone';

type Held = Holding & {
  readonly sinceMs: number;
  toldMs: number;
  readonly end: (how: Approval | Gone) => void;
};

/**
 * The requests that are held open until a person has decided (gateway §7). They have no timers: `look`, called several times a
 * second, ends each whose approval is decided or whose time is up.
 */
export class HeldCalls {
  readonly #watched: Watched;
  readonly #held = new Set<Held>();
  readonly #counts = new Map<string, number>();
  #isStopping = false;
  /** A look that failed had news that nobody has heard yet. */
  #isBehind = false;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Resolves with the approval as soon as it does not wait any more. */
  wait(holding: Holding): Promise<Approval | Gone> {
    const { approval, hasLeft, signals, untilMs } = holding;
    const nowMs = this.#watched.monotonicMs();
    const { grantId } = approval;
    const count = this.#counts.get(grantId) ?? 0;
    if (signals.some(({ aborted }) => aborted) || hasLeft?.() === true) return Promise.resolve('gone');
    if (this.#isStopping || nowMs >= untilMs || this.#held.size >= MAX_HELD || count >= MAX_HELD_PER_GRANT)
      return Promise.resolve('late');
    return new Promise((resolve, reject) => {
      const leave = (): void => held.end('gone');
      const held: Held = {
        ...holding,
        sinceMs: nowMs,
        toldMs: nowMs,
        end: (how) => {
          if (!this.#held.delete(held)) return;
          this.#count(grantId, -1);
          for (const signal of signals) signal.removeEventListener('abort', leave);
          resolve(how);
        },
      };
      for (const signal of signals) signal.addEventListener('abort', leave);
      this.#held.add(held);
      this.#count(grantId, 1);
      // It may have been decided since it was asked, and the change been seen by an earlier look.
      const begun = whenKnown(this.#watched.get(approval.id), (now) => {
        if (now?.state !== 'waiting') held.end(now ?? 'late');
        else if (this.#held.has(held)) holding.onWaiting(0);
      });
      begun?.catch((error: unknown) => {
        held.end('late');
        reject(error);
      });
    });
  }

  /** Looks at what is held; nothing happens, and nothing is read, when nothing is. A promise where another process is asked. */
  look(): void | Promise<void> {
    // First, so that nothing is sent for an agent that left before its call was decided.
    for (const held of [...this.#held]) if (held.hasLeft?.() === true) held.end('gone');
    if (this.#held.size === 0) return;
    const isNews = this.#watched.changed() || this.#isBehind;
    this.#isBehind = isNews;
    const nowMs = this.#watched.nowMs();
    const due = [...this.#held].filter(({ approval }) => isNews || nowMs >= approval.expiresAtMs);
    const looks = [...new Set(due.map(({ approval }) => approval.id))].map((id) =>
      whenKnown(this.#watched.get(id), (now) => this.#heard(id, now)),
    );
    this.#tellAll();
    const waited = looks.filter((look) => look !== undefined);
    if (waited.length === 0) this.#isBehind = false;
    else
      return Promise.all(waited).then(() => {
        this.#isBehind = false;
      });
  }

  #heard(id: string, now: Approval | undefined): void {
    if (now?.state === 'waiting') return;
    for (const held of [...this.#held]) if (held.approval.id === id) held.end(now ?? 'late');
  }

  #tellAll(): void {
    const monotonicMs = this.#watched.monotonicMs();
    for (const held of [...this.#held])
      if (monotonicMs >= held.untilMs) held.end('late');
      else this.#tell(held, monotonicMs);
  }

  /** The gateway stops: agents are told to call again. */
  stop(): void {
    this.#isStopping = true;
    for (const held of [...this.#held]) held.end('late');
  }

  #tell(held: Held, monotonicMs: number): void {
    if (monotonicMs - held.toldMs < HOLD_PROGRESS_MS) return;
    held.toldMs = monotonicMs;
    held.onWaiting(monotonicMs - held.sinceMs);
  }

  #count(grantId: string, by: number): void {
    const count = (this.#counts.get(grantId) ?? 0) + by;
    if (count > 0) this.#counts.set(grantId, count);
    else this.#counts.delete(grantId);
  }
}

function whenKnown<Value>(
  value: Value | Promise<Value>,
  use: (value: Value) => void,
): Promise<void> | undefined {
  if (value instanceof Promise) return value.then(use);
  use(value);
  return undefined;
}
