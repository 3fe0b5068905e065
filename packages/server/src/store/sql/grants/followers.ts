import type { GrantNews, KnownGrant } from '../../contract.ts';

type Listener = (news: GrantNews) => void;

/** Those who keep a copy of the grants too. */
export class GrantFollowers {
  readonly #known: () => readonly KnownGrant[];
  readonly #listeners = new Set<Listener>();

  constructor(known: () => readonly KnownGrant[]) {
    this.#known = known;
  }

  add(listener: Listener): () => void {
    listener(this.#all());
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  put(grants: readonly KnownGrant[]): void {
    if (grants.length > 0) this.#tell(() => ({ kind: 'put', grants }));
  }

  gone(grants: readonly KnownGrant[]): void {
    if (grants.length > 0) this.#tell(() => ({ kind: 'gone', grants }));
  }

  all(): void {
    this.#tell(() => this.#all());
  }

  #all(): GrantNews {
    return { kind: 'all', grants: this.#known() };
  }

  #tell(news: () => GrantNews): void {
    if (this.#listeners.size === 0) return;
    const told = news();
    for (const listener of this.#listeners) listener(told);
  }
}
