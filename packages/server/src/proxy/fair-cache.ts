type FairCacheOptions<Value> = {
  /** Of all grants together. */
  readonly most: number;
  /** Absent: everything may go. */
  readonly mayGo?: (value: Value) => boolean;
};

type Gone<Value> = { readonly grantId: string; readonly key: string; readonly value: Value };

/**
 * What is kept in memory for agents, by keys that they make at will. Beyond the bound the oldest goes of the grant that has the most, so
 * that no agent makes the gateway forget what belongs to others.
 */
export class FairCache<Value> {
  readonly #options: FairCacheOptions<Value>;
  readonly #ofGrants = new Map<string, Map<string, Value>>();
  #size = 0;

  constructor(options: FairCacheOptions<Value>) {
    this.#options = options;
  }

  get(grantId: string, key: string): Value | undefined {
    return this.#ofGrants.get(grantId)?.get(key);
  }

  /** Keeps it as the newest of its grant, and gives what had to go for it. */
  put(grantId: string, key: string, value: Value): Gone<Value> | undefined {
    this.delete(grantId, key);
    const own = this.#ofGrants.get(grantId) ?? new Map<string, Value>();
    this.#ofGrants.set(grantId, own.set(key, value));
    this.#size += 1;
    const gone = this.#size > this.#options.most ? this.#firstToGo({ grantId, key, value }) : undefined;
    if (gone !== undefined) this.delete(gone.grantId, gone.key);
    return gone;
  }

  delete(grantId: string, key: string): void {
    const own = this.#ofGrants.get(grantId);
    if (own?.delete(key) !== true) return;
    this.#size -= 1;
    if (own.size === 0) this.#ofGrants.delete(grantId);
  }

  *[Symbol.iterator](): Iterator<Gone<Value>> {
    for (const [grantId, own] of this.#ofGrants)
      for (const [key, value] of own) yield { grantId, key, value };
  }

  #firstToGo(newest: Gone<Value>): Gone<Value> | undefined {
    let found: Gone<Value> | undefined;
    let most = 0;
    for (const [grantId, own] of this.#ofGrants) {
      if (own.size <= most) continue;
      const key = this.#oldestOf(own, newest.grantId === grantId ? newest.key : undefined);
      const value = key === undefined ? undefined : own.get(key);
      if (key === undefined || value === undefined) continue;
      most = own.size;
      found = { grantId, key, value };
    }
    return found;
  }

  #oldestOf(own: ReadonlyMap<string, Value>, newest: string | undefined): string | undefined {
    const { mayGo = () => true } = this.#options;
    for (const [key, value] of own) if (key !== newest && mayGo(value)) return key;
    return undefined;
  }
}
