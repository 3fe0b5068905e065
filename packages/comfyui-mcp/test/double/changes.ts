/** Lets a test wait for a condition: it is looked at again whenever something in the double changed. */
export class Changes {
  readonly #waiting = new Set<() => void>();

  /** Resolves with the first value that is not undefined. */
  until<Value>(read: () => Value | undefined): Promise<Value> {
    return new Promise((resolve) => {
      const look = () => {
        const value = read();
        if (value === undefined) return;
        this.#waiting.delete(look);
        resolve(value);
      };
      this.#waiting.add(look);
      look();
    });
  }

  tell(): void {
    for (const look of [...this.#waiting]) look();
  }
}
