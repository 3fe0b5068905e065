import { NEW_DEFINITIONS } from '../limits/index.ts';

/** Thrown where a server shows new definitions faster than they are recorded; at `untilMs`, on the monotonic clock, they are again. */
export class TooManyNew extends Error {
  readonly untilMs: number;
  /** None was refused in the same stretch of time before. */
  readonly isNews: boolean;

  constructor({ isNews, untilMs }: { readonly untilMs: number; readonly isNews: boolean }) {
    super(`more than ${NEW_DEFINITIONS.most} new definitions of tools within ${NEW_DEFINITIONS.withinMs} ms`);
    this.name = 'TooManyNew';
    this.untilMs = untilMs;
    this.isNews = isNews;
  }
}

/** How many new definitions of one server were recorded lately. */
export class Intake {
  #sinceMs = Number.NEGATIVE_INFINITY;
  #count = 0;
  #isFull = false;

  /** Milliseconds until new definitions are recorded again; 0 as long as they are. */
  fullForMs(nowMs: number): number {
    return this.#isFull ? Math.max(0, this.#sinceMs + NEW_DEFINITIONS.withinMs - nowMs) : 0;
  }

  /** Throws `TooManyNew` instead of going beyond the bound. */
  take(count: number, nowMs: number): void {
    if (nowMs >= this.#sinceMs + NEW_DEFINITIONS.withinMs) {
      this.#sinceMs = nowMs;
      this.#count = 0;
      this.#isFull = false;
    }
    if (this.#count + count > NEW_DEFINITIONS.most) {
      const isNews = !this.#isFull;
      this.#isFull = true;
      throw new TooManyNew({ untilMs: this.#sinceMs + NEW_DEFINITIONS.withinMs, isNews });
    }
    this.#count += count;
  }
}
