/** Work that is done one after the other, in the order in which it was asked for; what fails fails for whoever asked. */
export class Sequence {
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when the work was done from its beginning after this call; all who ask until it begins share one. Always the same work. */
  share(work: () => Promise<void>): Promise<void> {
    this.#next ??= this.run(() => {
      this.#next = undefined;
      return work();
    });
    return this.#next;
  }
}
