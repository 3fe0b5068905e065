import type { ChainHead } from '../../contract.ts';
import { type Acceptances, breakPrint, markPrint } from '../chain/acceptances.ts';
import type { ChainedRow } from '../chain/rows.ts';
import { type ChainName, isSame, linkHash, type Sealer } from '../link.ts';
import type { MarkRecord } from '../tables.ts';

type SoundWalkOptions = {
  readonly chain: ChainName;
  readonly seal: Sealer;
  readonly sealAt: (link: number) => MarkRecord | undefined;
  readonly accepted: Acceptances;
};

/**
 * Walks rows that are about to be deleted, to see that they are as they were written, or as an operator accepted them: otherwise
 * whoever can write the file could give rows an early date and have the gateway itself remove them under its seal.
 */
export class SoundWalk {
  /** How far the rows follow one another. */
  last: ChainHead;
  /** How far the gateway's seal vouches for that. */
  sealedTo: number;
  readonly #pending = new Map<number, ChainedRow>();
  readonly #taken = new WeakSet<ChainedRow>();
  readonly #options: SoundWalkOptions;

  constructor(start: ChainHead, options: SoundWalkOptions) {
    this.last = { link: start.link, hash: start.hash };
    this.sealedTo = start.link;
    this.#options = options;
  }

  /** Whether this row has its place in the chain, whatever link it claims. */
  took(row: ChainedRow): boolean {
    return this.#taken.has(row);
  }

  /** Rows may come before those that they follow; they wait. */
  add(row: ChainedRow): void {
    this.#pending.set(row.link, row);
    for (;;) {
      const next = this.#next();
      const isSealed = next && this.#sealAt(next);
      if (next === undefined || isSealed === undefined) return;
      this.#pending.delete(next.link);
      this.#taken.add(next);
      this.last = { link: next.link, hash: next.hash };
      if (isSealed) this.sealedTo = next.link;
    }
  }

  #next(): ChainedRow | undefined {
    const { accepted, chain } = this.#options;
    const link = this.last.link + 1;
    const row = this.#pending.get(link);
    if (row !== undefined && isSame(linkHash(this.last.hash, link, row), row.hash)) return row;
    for (const until of accepted.breaksAt(link)) {
      const later = this.#pending.get(until);
      if (later !== undefined && accepted.of(breakPrint(chain, this.last, later)) !== undefined) return later;
    }
    return undefined;
  }

  /** Whether the gateway's seal is at this row; undefined where one is that does not hold, and nobody accepted that. */
  #sealAt({ hash, link, seal: own }: ChainedRow): boolean | undefined {
    const { accepted, chain, seal, sealAt } = this.#options;
    const mark = own === undefined ? sealAt(link) : { link, hash, seal: own };
    if (mark === undefined) return false;
    const holds = isSame(mark.hash, hash) && isSame(seal('mark', { link, hash }), mark.seal);
    return holds || accepted.of(markPrint(chain, mark, { link, hash })) !== undefined ? true : undefined;
  }
}
