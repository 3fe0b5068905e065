import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/** Random words made at once: asking the system for a few bytes for every row costs more than everything else in an id. */
const POOL_WORDS = 1_024;

class RandomWords {
  readonly #words = new Uint32Array(POOL_WORDS);
  #used = POOL_WORDS;

  nextUint32(): number {
    if (this.#used === POOL_WORDS) {
      randomFillSync(this.#words);
      this.#used = 0;
    }
    const word = this.#words[this.#used] ?? 0;
    this.#words[this.#used] = 0;
    this.#used += 1;
    return word;
  }
}

const generator = new V7Generator(new RandomWords());

/** The id of a new row of the decision log: a UUIDv7, so that ids sort by time. */
export function newRowId(): string {
  return generator.generate().toString();
}
