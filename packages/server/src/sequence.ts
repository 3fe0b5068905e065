/**
 * Work that is done one piece after the other, in the order in which it was asked for; what fails fails for whoever asked. Several who
 * ask by their names take turns: how much one of them asks for delays the others by one piece each time.
 */
export class Sequence {
  readonly #waiting = new Map<string, readonly (() => Promise<void>)[]>();
  #isRunning = false;
  #next: Promise<void> | undefined;

  run<Result>(work: () => Promise<Result>, who = ''): Promise<Result> {
    const done = Promise.withResolvers<Result>();
    const settle = () => Promise.resolve().then(work).then(done.resolve, done.reject);
    this.#waiting.set(who, [...(this.#waiting.get(who) ?? []), settle]);
    void this.#runAll();
    return done.promise;
  }

  /** Resolves when the work was done from its beginning after this call; all who ask until it begins share one. Always the same work. */
  share(work: () => Promise<void>): Promise<void> {
    this.#next ??= this.run(() => {
      this.#next = undefined;
      return work();
    });
    return this.#next;
  }

  async #runAll(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Who has more is put behind the others, and is reached by the same walk.
    for (const [who, [first, ...more]] of this.#waiting) {
      this.#waiting.delete(who);
      if (more.length > 0) this.#waiting.set(who, more);
      await first?.();
    }
    this.#isRunning = false;
  }
}
