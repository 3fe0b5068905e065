import { Sequence } from '../../sequence.ts';
import type { SqlExecutor } from './executor.ts';
import type { Tables } from './tables.ts';
import type { Work } from './work.ts';

type RememberedOptions<Value> = {
  readonly executor: Pick<SqlExecutor, 'read' | 'watch'>;
  /** What the value is read from. */
  readonly tables: readonly (keyof Tables)[];
  readonly read: () => Work<Value>;
};

/**
 * What was read of a few tables, and is read anew once somebody has written one of them. One read at a time, so that none that was
 * slow comes in after a newer one.
 */
export class Remembered<Value> {
  readonly #executor: RememberedOptions<Value>['executor'];
  readonly #read: () => Work<Value>;
  readonly #changed: () => boolean;
  readonly #turns = new Sequence();
  #value: Value;
  #isStale = true;

  /** `value` is what it is taken for until it is read. */
  constructor(value: Value, { read, executor, tables }: RememberedOptions<Value>) {
    this.#value = value;
    this.#executor = executor;
    this.#read = read;
    this.#changed = executor.watch(tables);
  }

  /** As it was read last. */
  get known(): Value {
    return this.#value;
  }

  /** Whether it may have changed since. */
  isStale(): boolean {
    this.#isStale = this.#changed() || this.#isStale;
    return this.#isStale;
  }

  /** With everything that is told to be written when this is called. */
  refresh(): Promise<Value> {
    return this.#turns.run(() => this.#renewed());
  }

  async #renewed(): Promise<Value> {
    if (!this.isStale()) return this.#value;
    // Before the read: what is told meanwhile may not be in it.
    this.#isStale = false;
    try {
      this.#value = await this.#executor.read(this.#read);
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
    return this.#value;
  }
}
