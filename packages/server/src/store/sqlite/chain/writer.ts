import {
  isSame,
  type Kind,
  LINKS_PER_MARK,
  type Link,
  linkHash,
  ORIGIN,
  type Sealer,
  sealer,
  type Values,
} from '../../sql/link.ts';
import type { Database, Statement } from '../driver.ts';

/** Gives every new row of the log its link, and seals the end of the chain with every commit. */
export class ChainWriter {
  readonly #key: () => Buffer;
  #sealer: Sealer | undefined;
  readonly #head: Statement<Link & { readonly seal: string }>;
  readonly #keepMark: Statement<unknown>;
  readonly #saveHead: Statement<unknown>;
  readonly #saveMark: Statement<unknown>;
  #last: Link;
  #marked: number;
  /** The link that the stored end names; -1 when that is not known. */
  #sealed = -1;

  constructor(database: Database, key: () => Buffer) {
    this.#key = key;
    this.#head = database.prepare('select link, hash, seal from chain_head');
    this.#saveHead = database.prepare(
      'insert into chain_head (id, link, hash, seal) values (1, ?, ?, ?) on conflict (id) do update set link = excluded.link, hash = excluded.hash, seal = excluded.seal',
    );
    this.#saveMark = database.prepare('insert into chain_marks (link, hash, seal) values (?, ?, ?)');
    this.#keepMark = database.prepare(
      'insert into chain_marks (link, hash, seal) values (?, ?, ?) on conflict (link) do nothing',
    );
    this.#last = this.#read();
    this.#marked = this.#last.link;
  }

  /** The link of a row that is about to be written; it counts only once `accept` was told that the row is there. */
  next(kind: Kind, values: Values): Link {
    const link = this.#last.link + 1;
    return { link, hash: linkHash(this.#last.hash, link, { kind, values }) };
  }

  accept(written: Link): void {
    this.#last = written;
  }

  /** Writes the end of the chain into the transaction that is open, if it has moved. */
  seal(): void {
    const { hash, link } = this.#last;
    if (link === this.#sealed) return;
    this.#sealer ??= sealer(this.#key(), 'decisions');
    if (this.#sealed === -1) this.#keepForeign(this.#sealer);
    this.#saveHead.run(link, hash, this.#sealer('head', this.#last));
    if (link - this.#marked >= LINKS_PER_MARK) {
      this.#saveMark.run(link, hash, this.#sealer('mark', this.#last));
      this.#marked = link;
    }
    this.#sealed = link;
  }

  /**
   * An end that somebody else wrote stays as a mark, which does not hold: sealed over, nobody could tell any more that the rows since the
   * last mark may have been rewritten.
   */
  #keepForeign(sealOf: Sealer): void {
    const stored = this.#head.get();
    if (stored === undefined || isSame(stored.seal, sealOf('head', stored))) return;
    this.#keepMark.run(stored.link, stored.hash, stored.seal);
  }

  /** The transaction was rolled back: the chain ends where the database says. */
  rolledBack(): void {
    this.#last = this.#read();
    this.#marked = Math.min(this.#marked, this.#last.link);
    this.#sealed = -1;
  }

  #read(): Link {
    const { hash, link } = this.#head.get() ?? { link: 0, hash: ORIGIN };
    return { link, hash };
  }
}
