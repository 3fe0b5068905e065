import { WRITING_IN_A_TURN_MS } from '../../limits/index.ts';

/**
 * Whose turn it is to have an answer written. One of several megabytes takes some milliseconds, and many of them at once would be written one
 * after the other in one turn of the event loop: whoever has used up its time in a turn waits for the next ones, in which others have theirs.
 */
export class AnswerTurns {
  readonly #nowMs: () => number;
  /** Milliseconds in this turn, by sender. */
  readonly #used = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #turn: NodeJS.Immediate | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Undefined where it may be written at once; else once it may. */
  next(sender: string): Promise<void> | undefined {
    const waiting = this.#waiting.get(sender);
    if (waiting === undefined && (this.#used.get(sender) ?? 0) < WRITING_IN_A_TURN_MS) return undefined;
    return new Promise((resolve) => {
      if (waiting === undefined) this.#waiting.set(sender, [resolve]);
      else waiting.push(resolve);
    });
  }

  write(sender: string, work: () => void): void {
    const startedMs = this.#nowMs();
    work();
    const tookMs = this.#nowMs() - startedMs;
    // Most take so little that they need not be remembered.
    if (tookMs < 1) return;
    this.#used.set(sender, (this.#used.get(sender) ?? 0) + tookMs);
    this.#endTurn();
  }

  #endTurn(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#used.clear();
      for (const [sender, waiting] of this.#waiting) {
        waiting.shift()?.();
        if (waiting.length === 0) this.#waiting.delete(sender);
      }
      if (this.#waiting.size > 0) this.#endTurn();
    });
  }
}
