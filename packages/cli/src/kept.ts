/** What a command holds until it is over: stores, servers that it started, signals that it listens for. */
export class Kept {
  readonly #held: (AsyncDisposable | Disposable)[] = [];

  /** Gives it back. */
  readonly keep = <Held extends AsyncDisposable | Disposable | undefined>(held: Held): Held => {
    if (held !== undefined) this.#held.push(held);
    return held;
  };

  /** The newest first. */
  async close(): Promise<void> {
    for (const held of this.#held.toReversed())
      if (Symbol.asyncDispose in held) await held[Symbol.asyncDispose]();
      else held[Symbol.dispose]();
  }
}
