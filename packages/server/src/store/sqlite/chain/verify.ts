import { timingSafeEqual } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChainFinding, ChainHead, ChainReport } from '../../contract.ts';
import type { Database } from '../driver.ts';
import type { MarkRecord } from '../tables.ts';
import { type Kind, type Link, linkHash, ORIGIN, type Sealer, sealer } from './link.ts';
import { type ChainedRow, chainedRows, unlinkedRows } from './rows.ts';

/** Rows between two moments at which other work gets its turn. */
const ROWS_PER_TURN = 5_000;

/**
 * Walks the chain from its first link to its sealed end. A row whose hash does not fit is named; the walk goes on from
 * the hash that the next row claims to follow, so that one change is one finding.
 */
export async function verifyChain(
  database: Database,
  sealKey: Buffer,
  known?: ChainHead,
): Promise<ChainReport> {
  const walk = new Walk(marksOf(database), { seal: sealer(sealKey), known });
  let rows = 0;
  for (const row of chainedRows(database)) {
    walk.step(row);
    rows += 1;
    if (rows % ROWS_PER_TURN === 0) await nextTurn();
  }
  walk.end(headOf(database));
  for (const row of unlinkedRows(database)) walk.unlinked(row);
  return {
    rows,
    head: { link: walk.last.link, hash: walk.last.hash },
    findings: walk.findings,
  };
}

class Walk {
  readonly findings: ChainFinding[] = [];
  /** As the rows say; after a finding it need not be what the gateway wrote. */
  last: Link = { link: 0, hash: ORIGIN };
  readonly #marks: ReadonlyMap<number, MarkRecord>;
  readonly #seal: Sealer;
  readonly #known: ChainHead | undefined;
  /** The last link of which the gateway's seal still holds. */
  #sealedTo = 0;

  constructor(
    marks: ReadonlyMap<number, MarkRecord>,
    { seal, known }: { readonly seal: Sealer; readonly known: ChainHead | undefined },
  ) {
    this.#marks = marks;
    this.#seal = seal;
    this.#known = known;
  }

  step(row: ChainedRow): void {
    const expected = this.last.link + 1;
    if (row.link < expected) {
      this.#find(
        'inserted',
        row.link,
        `${nameOf(row)} stands at link ${row.link}, where another row stands already`,
      );
      return;
    }
    if (row.link > expected) this.#find('missing', expected, missingText(expected, row.link - 1));
    const follows = row.link === expected;
    if (follows && !equal(linkHash(this.last.hash, row.link, row), row.hash)) {
      this.#find('changed', row.link, `${nameOf(row)} at link ${row.link} was changed, or moved there`);
    }
    this.last = { link: row.link, hash: row.hash };
    this.#checkMark();
    this.#checkKnown();
  }

  end(head: MarkRecord | undefined): void {
    const { hash, link } = this.last;
    if (this.#known !== undefined && this.#known.link > link) {
      this.#find(
        'cut_off',
        link + 1,
        `the log once reached link ${this.#known.link} and now ends at ${link}`,
      );
    }
    if (head === undefined) {
      if (link > 0) this.#find('rewritten', link, 'the seal at the end of the chain is missing');
    } else if (!equal(this.#seal('head', { link: head.link, hash: head.hash }), head.seal)) {
      this.#find(
        'rewritten',
        this.#sealedTo + 1,
        `the seal at the end of the chain is not the gateway's; nothing after link ${this.#sealedTo} can be relied on`,
      );
    } else if (head.link > link) {
      this.#find('cut_off', link + 1, `the end of the log is missing: links ${link + 1} to ${head.link}`);
    } else if (head.link < link) {
      this.#find(
        'inserted',
        head.link + 1,
        `links ${head.link + 1} to ${link} were put in after the sealed end`,
      );
    } else if (!equal(head.hash, hash)) {
      this.#find(
        'rewritten',
        this.#sealedTo + 1,
        `the chain was rewritten somewhere after link ${this.#sealedTo}`,
      );
    }
  }

  unlinked(row: { readonly kind: Kind; readonly id: string }): void {
    this.#find('inserted', this.last.link, `the ${row.kind} ${row.id} was put in without a link`);
  }

  #checkMark(): void {
    const mark = this.#marks.get(this.last.link);
    if (mark === undefined) return;
    const { hash, link } = this.last;
    const holds = equal(this.#seal('mark', { link, hash: mark.hash }), mark.seal) && equal(mark.hash, hash);
    if (holds) this.#sealedTo = link;
    else
      this.#find(
        'rewritten',
        this.#sealedTo + 1,
        `the chain was rewritten between links ${this.#sealedTo + 1} and ${link}`,
      );
  }

  #checkKnown(): void {
    const { hash, link } = this.last;
    if (this.#known?.link !== link || this.#known.hash === hash) return;
    this.#find(
      'rewritten',
      link,
      `link ${link} is not the one that was known: the log was rewritten at or before it`,
    );
  }

  #find(kind: ChainFinding['kind'], link: number, text: string): void {
    this.findings.push({ kind, link, text });
  }
}

function missingText(from: number, to: number): string {
  return from === to
    ? `the row at link ${from} is missing`
    : `the rows at links ${from} to ${to} are missing`;
}

function nameOf({ id, kind }: ChainedRow): string {
  return `the ${kind} ${id}`;
}

function marksOf(database: Database): ReadonlyMap<number, MarkRecord> {
  const marks = database.prepare<MarkRecord>('select link, hash, seal from chain_marks').all();
  return new Map(marks.map((mark) => [mark.link, mark]));
}

function headOf(database: Database): MarkRecord | undefined {
  return database.prepare<MarkRecord>('select link, hash, seal from chain_head').get();
}

/** Seals and hashes in hex; in constant time, as one of them is made with the key. */
function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
