import type { ChainHead } from '../../contract.ts';
import type { ChainedRow } from '../chain/rows.ts';
import { isSame, linkHash, type Sealer } from '../link.ts';
import type { MarkRecord } from '../tables.ts';

/**
 * Walks rows that are about to be deleted, to see that they are as they were written: otherwise whoever can write the file
 * could give rows an early date and have the gateway itself remove them under its seal.
 */
export class SoundWalk {
  /** How far the rows follow one another. */
  last: ChainHead;
  /** How far the gateway's seal vouches for that. */
  sealedTo: number;
  readonly #pending = new Map<number, ChainedRow>();
  readonly #seal: Sealer;
  readonly #sealAt: (link: number) => MarkRecord | undefined;

  constructor(
    start: ChainHead,
    { seal, sealAt }: { readonly seal: Sealer; readonly sealAt: (link: number) => MarkRecord | undefined },
  ) {
    this.last = { link: start.link, hash: start.hash };
    this.sealedTo = start.link;
    this.#seal = seal;
    this.#sealAt = sealAt;
  }

  /** Rows may come before those that they follow; they wait. */
  add(row: ChainedRow): void {
    this.#pending.set(row.link, row);
    for (;;) {
      const next = this.#pending.get(this.last.link + 1);
      if (next === undefined) return;
      if (!isSame(linkHash(this.last.hash, next.link, next), next.hash)) return;
      this.#pending.delete(next.link);
      this.last = { link: next.link, hash: next.hash };
      this.#look(next);
    }
  }

  #look({ hash, link, seal }: ChainedRow): void {
    const mark = seal === undefined ? this.#sealAt(link) : { link, hash, seal };
    if (
      mark !== undefined &&
      isSame(mark.hash, hash) &&
      isSame(this.#seal('mark', { link, hash }), mark.seal)
    )
      this.sealedTo = link;
  }
}
