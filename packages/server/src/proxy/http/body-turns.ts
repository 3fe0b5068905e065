import { MAX_READING_GRANTS, READING_BODIES, SHORT_BODY } from '../../limits/index.ts';
import { ReadingTurns } from '../../reading-turns.ts';

/** Whose body it is, and whether its agent has closed the connection since. */
type BodySender = { readonly grantId: string; readonly isGone: () => boolean };

/** Whose turn it is to have a long body read: no grant gets so much of the thread that others wait for it. */
export class BodyTurns {
  readonly #nowMs: () => number;
  readonly #ofGrants = new Map<string, ReadingTurns>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * What the work on a body of so many characters gives, at once or when it is its turn. Undefined where nobody waits for it by then: others
   * of the grant would wait for it.
   */
  read<Result>(
    { grantId, isGone }: BodySender,
    characters: number,
    work: () => Result,
  ): Result | Promise<Result | undefined> {
    if (characters <= SHORT_BODY) return work();
    const turns = this.#turnsOf(grantId);
    return new Promise((resolve) => {
      const reading = (): void => resolve(isGone() ? undefined : work());
      if (!turns.takes(reading)) turns.lineUp(reading);
    });
  }

  #turnsOf(grantId: string): ReadingTurns {
    const known = this.#ofGrants.get(grantId);
    if (known !== undefined) return known;
    if (this.#ofGrants.size >= MAX_READING_GRANTS)
      for (const [id, turns] of this.#ofGrants) if (turns.isIdle) this.#ofGrants.delete(id);
    const turns = new ReadingTurns(
      { now: this.#nowMs, after: (ms, action) => setTimeout(action, ms) },
      READING_BODIES,
    );
    this.#ofGrants.set(grantId, turns);
    return turns;
  }
}
