import { INTERIM_ANSWERS_MAX } from '../bounds.ts';

/** Interim answers (1xx) to one request: each is as much work as a head, and says nothing. */
export class InterimAnswers {
  #count = 0;

  /** Whether one more is one too many. */
  isTooMany(): boolean {
    this.#count += 1;
    return this.#count > INTERIM_ANSWERS_MAX;
  }
}

export const TOO_MANY_INTERIM = `sent more than ${INTERIM_ANSWERS_MAX} interim answers (1xx)`;
