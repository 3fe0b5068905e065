export type PlaceBounds = {
  /** For all grants together. */
  readonly all: number;
  /** For one of them. */
  readonly ofGrant: number;
};

/** Counted places that all grants share: none of them gets so many that the others find none. */
export class Places {
  readonly #bounds: PlaceBounds;
  readonly #ofGrants = new Map<string, number>();
  #all = 0;

  constructor(bounds: PlaceBounds) {
    this.#bounds = bounds;
  }

  /** False when there is none for this grant; otherwise `leave` must follow. */
  take(grantId: string): boolean {
    const ofGrant = this.#ofGrants.get(grantId) ?? 0;
    if (this.#all >= this.#bounds.all || ofGrant >= this.#bounds.ofGrant) return false;
    this.#all += 1;
    this.#ofGrants.set(grantId, ofGrant + 1);
    return true;
  }

  leave(grantId: string): void {
    const ofGrant = this.#ofGrants.get(grantId) ?? 0;
    if (ofGrant === 0) return;
    this.#all -= 1;
    if (ofGrant > 1) this.#ofGrants.set(grantId, ofGrant - 1);
    else this.#ofGrants.delete(grantId);
  }
}
