/** What is held until something is over: stores, connections, servers that were started, signals that are listened for. */
export class Kept implements AsyncDisposable {
  readonly #held: (AsyncDisposable | Disposable)[] = [];

  /** Gives it back. */
  readonly keep = <Held extends AsyncDisposable | Disposable | undefined>(held: Held): Held => {
    if (held !== undefined) this.#held.push(held);
    return held;
  };

  /** Closes the newest first, and all of them; then rejects with what the first that failed said. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (const held of this.#held.splice(0).reverse())
      try {
        if (Symbol.asyncDispose in held) await held[Symbol.asyncDispose]();
        else held[Symbol.dispose]();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }
}
