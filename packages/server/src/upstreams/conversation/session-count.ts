/** How many calls there are of each agent's session; of those without one nobody knows whose they are. */
export class SessionCount {
  readonly #ofEach = new Map<string | undefined, number>();
  #all = 0;

  add(session: string | undefined): void {
    this.#all += 1;
    this.#ofEach.set(session, (this.#ofEach.get(session) ?? 0) + 1);
  }

  remove(session: string | undefined): void {
    this.#all -= 1;
    const left = (this.#ofEach.get(session) ?? 0) - 1;
    if (left > 0) this.#ofEach.set(session, left);
    else this.#ofEach.delete(session);
  }

  areAllOf(session: string): boolean {
    return (this.#ofEach.get(session) ?? 0) === this.#all;
  }
}
