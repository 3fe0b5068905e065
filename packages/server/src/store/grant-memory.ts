import type { GrantRecord, KnownGrant } from './contract.ts';

/** All grants in memory, by id and by the hashes of their tokens. Changes one entry at a time, whatever their number. */
export class GrantMemory {
  readonly #byId = new Map<string, KnownGrant>();
  readonly #byHash = new Map<string, GrantRecord>();

  byHash(tokenHash: string): GrantRecord | undefined {
    return this.#byHash.get(tokenHash);
  }

  byId(id: string): GrantRecord | undefined {
    return this.#byId.get(id)?.grant;
  }

  known(): KnownGrant[] {
    return [...this.#byId.values()];
  }

  all(): GrantRecord[] {
    return Array.from(this.#byId.values(), ({ grant }) => grant);
  }

  get size(): number {
    return this.#byId.size;
  }

  clear(): void {
    this.#byId.clear();
    this.#byHash.clear();
  }

  put(held: KnownGrant): void {
    const { grant, previousHash, tokenHash } = held;
    const before = this.#byId.get(grant.id);
    if (before !== undefined) this.#forgetTokens(before);
    this.#byId.set(grant.id, held);
    // First, so that a token which became another grant's own leads there.
    if (previousHash !== undefined && !this.#byHash.has(previousHash))
      this.#byHash.set(previousHash, endingEarly(grant));
    this.#byHash.set(tokenHash, grant);
  }

  #forgetTokens({ grant: { id }, previousHash, tokenHash }: KnownGrant): void {
    for (const hash of [tokenHash, previousHash])
      if (hash !== undefined && this.#byHash.get(hash)?.id === id) this.#byHash.delete(hash);
  }
}

/** As an earlier token opens it: until the overlap ends, or the grant itself. */
function endingEarly(grant: GrantRecord): GrantRecord {
  const { expiresAtMs = Number.POSITIVE_INFINITY, overlapEndsAtMs = 0 } = grant;
  return { ...grant, expiresAtMs: Math.min(expiresAtMs, overlapEndsAtMs) };
}
