import { type Clock, EXCHANGE_WAIT_MS } from '../limits/index.ts';
import { Sequence } from '../sequence.ts';

export type InLine = {
  /** The network: they take turns. */
  readonly who: string;
  /** Whether nobody waits for it any more. */
  readonly isGone: () => boolean;
};

/**
 * Work that writes several times, one piece after the other: of many whose writes took turns, all would wait for longer than the store lets
 * them. Resolves to `late` where the work was not begun.
 */
export class Line {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #sequence = new Sequence();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  run<Result>({ isGone, who }: InLine, work: () => Promise<Result>): Promise<Result | 'late'> {
    const sinceMs = this.#clock.monotonicMs();
    return this.#sequence.run<Result | 'late'>(async () => {
      const isLate = this.#clock.monotonicMs() - sinceMs > EXCHANGE_WAIT_MS;
      return isLate || isGone() ? 'late' : work();
    }, who);
  }
}
