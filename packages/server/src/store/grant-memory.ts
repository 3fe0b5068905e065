import type { AccessedGrant, AccessToken, GrantRecord, KnownGrant } from './contract.ts';

/**
 * All grants in memory, by id and by the hashes of their tokens; access tokens are apart from these. Changes one entry at a time, whatever
 * their number.
 */
export class GrantMemory {
  readonly #byId = new Map<string, KnownGrant>();
  readonly #byHash = new Map<string, GrantRecord>();
  readonly #byAccessHash = new Map<string, AccessedGrant>();

  byHash(tokenHash: string): GrantRecord | undefined {
    return this.#byHash.get(tokenHash);
  }

  byAccessHash(accessHash: string): AccessedGrant | undefined {
    return this.#byAccessHash.get(accessHash);
  }

  byId(id: string): GrantRecord | undefined {
    return this.#byId.get(id)?.grant;
  }

  accessOf(id: string): readonly AccessToken[] {
    return this.#byId.get(id)?.accessTokens ?? [];
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
    this.#byAccessHash.clear();
  }

  put(held: KnownGrant): void {
    const { accessTokens = [], grant, previousHash, tokenHash } = held;
    const before = this.#byId.get(grant.id);
    if (before !== undefined) this.#forgetTokens(before);
    this.#byId.set(grant.id, held);
    // First, so that a token which became another grant's own leads there.
    if (previousHash !== undefined && !this.#byHash.has(previousHash))
      this.#byHash.set(previousHash, endingBy(grant.overlapEndsAtMs ?? 0, grant));
    this.#byHash.set(tokenHash, grant);
    for (const { boundTo, endsAtMs, hash } of accessTokens)
      this.#byAccessHash.set(hash, {
        ...endingBy(endsAtMs, grant),
        ...(boundTo === undefined ? {} : { boundTo }),
      });
  }

  /** What there was. */
  remove(id: string): KnownGrant | undefined {
    const before = this.#byId.get(id);
    if (before === undefined) return undefined;
    this.#forgetTokens(before);
    this.#byId.delete(id);
    return before;
  }

  #forgetTokens({ accessTokens = [], grant: { id }, previousHash, tokenHash }: KnownGrant): void {
    for (const hash of [tokenHash, previousHash])
      if (hash !== undefined && this.#byHash.get(hash)?.id === id) this.#byHash.delete(hash);
    for (const { hash } of accessTokens)
      if (this.#byAccessHash.get(hash)?.id === id) this.#byAccessHash.delete(hash);
  }
}

/** As a token opens it that holds until a moment: until then, or until the grant itself ends. */
function endingBy(untilMs: number, grant: GrantRecord): GrantRecord {
  return { ...grant, expiresAtMs: Math.min(grant.expiresAtMs ?? Number.POSITIVE_INFINITY, untilMs) };
}
