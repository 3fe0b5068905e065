import { ownTurn } from '../../../turns.ts';
import type { ChainFinding, ChainHead, ChainReport } from '../../contract.ts';
import { type ChainName, isSame, type Link, linkHash, ORIGIN, type Sealer, sealer } from '../link.ts';
import type { CheckpointRecord, MarkRecord } from '../tables.ts';
import {
  type Acceptances,
  breakPrint,
  checkpointPrint,
  insertedPrint,
  markPrint,
  printOf,
} from './acceptances.ts';
import { isSealed, readCheckpoint } from './checkpoint.ts';
import type { ChainedRow, UnlinkedRow } from './rows.ts';

/** Rows between two moments at which other work gets its turn. */
const ROWS_PER_TURN = 500;

/** A chain as it is stored; all of it of one moment. */
export type StoredChain = {
  readonly name: ChainName;
  readonly rows: AsyncIterable<ChainedRow>;
  readonly marks: ReadonlyMap<number, MarkRecord>;
  readonly head: MarkRecord | undefined;
  readonly checkpoint: CheckpointRecord | undefined;
  readonly unlinked: readonly UnlinkedRow[];
  /** Ends of this chain that are recorded elsewhere: of what was printed, and of what audit rows saw. */
  readonly known: readonly KnownEnd[];
  readonly accepted: Acceptances;
};

/** `seenBy` says, for a person, who recorded it. */
export type KnownEnd = ChainHead & { readonly seenBy: string };

/**
 * Walks the chain from its first link, or from the checkpoint up to which older rows were deleted, to its sealed end. A
 * row whose hash does not fit is named; the walk goes on from the hash that the next row claims to follow, so that one
 * change is one finding.
 */
export async function verifyChain(chain: StoredChain, sealKey: Buffer): Promise<ChainReport> {
  const walk = new Walk(chain, sealKey);
  let rows = 0;
  for await (const row of chain.rows) {
    walk.step(row);
    rows += 1;
    if (rows % ROWS_PER_TURN === 0) await ownTurn();
  }
  walk.end(chain.head);
  for (const row of chain.unlinked) walk.unlinked(row);
  const { checkpoint } = chain;
  return {
    rows,
    head: { link: walk.last.link, hash: walk.last.hash },
    findings: walk.findings,
    acceptances: chain.accepted.all,
    ...(walk.start.link > 0 && checkpoint !== undefined ? { checkpoint: readCheckpoint(checkpoint) } : {}),
  };
}

class Walk {
  readonly findings: ChainFinding[] = [];
  /** Where the walk begins: before the first link, or at a checkpoint whose seal holds. */
  readonly start: Link;
  /** As the rows say; after a finding it need not be what the gateway wrote. */
  last: Link;
  readonly #chain: ChainName;
  readonly #name: string;
  readonly #accepted: Acceptances;
  readonly #marks: ReadonlyMap<number, MarkRecord>;
  readonly #seal: Sealer;
  readonly #known: ReadonlyMap<number, readonly KnownEnd[]>;
  /** The last link of which the gateway's seal still holds. */
  #sealedTo: number;

  constructor({ accepted, checkpoint, known, marks, name }: StoredChain, key: Buffer) {
    this.#chain = name;
    this.#accepted = accepted;
    this.#name = name === 'audit' ? 'the audit log' : 'the log';
    this.#marks = marks;
    this.#seal = sealer(key, name);
    this.#known = Map.groupBy(known, ({ link }) => link);
    const isSound = checkpoint !== undefined && isSealed(checkpoint, key);
    this.start = isSound ? { link: checkpoint.link, hash: checkpoint.hash } : { link: 0, hash: ORIGIN };
    this.last = this.start;
    this.#sealedTo = this.start.link;
    if (checkpoint !== undefined && !isSound) {
      const text = `the checkpoint that says links up to ${checkpoint.link} were deleted is not the gateway's`;
      this.#find('rewritten', 1, { text, print: checkpointPrint(name, checkpoint) });
    }
    this.#checkKnown();
  }

  step(row: ChainedRow): void {
    const expected = this.last.link + 1;
    if (row.link < expected) {
      const place =
        row.link <= this.start.link
          ? `which the checkpoint at link ${this.start.link} says was deleted`
          : 'where another row stands already';
      const text = `${nameOf(row)} stands at link ${row.link}, ${place}`;
      const print = insertedPrint(this.#chain, row);
      this.#find('inserted', row.link, { text, print });
      return;
    }
    const breaks = { print: breakPrint(this.#chain, this.last, row), until: row.link };
    if (row.link > expected)
      this.#find('missing', expected, { text: missingText(expected, row.link - 1), ...breaks });
    else if (!isSame(linkHash(this.last.hash, row.link, row), row.hash)) {
      const text = `${nameOf(row)} at link ${row.link} was changed, or moved there`;
      this.#find('changed', row.link, { text, ...breaks });
    }
    this.last = { link: row.link, hash: row.hash };
    const { hash, link, seal } = row;
    this.#checkMark(seal === undefined ? this.#marks.get(link) : { hash, link, seal });
    this.#checkKnown();
  }

  end(head: MarkRecord | undefined): void {
    const { hash, link } = this.last;
    let furthest = 0;
    for (const end of this.#known.keys()) furthest = Math.max(furthest, end);
    if (furthest > link) {
      const [end] = this.#known.get(furthest) ?? [];
      const text = `${this.#name} once reached link ${furthest}${seen(end)} and now ends at ${link}`;
      const print = printOf(this.#chain, 'reached', furthest, end?.hash ?? '', link, hash);
      this.#find('cut_off', link + 1, { text, print });
    }
    const found = this.#atEnd(head);
    if (found === undefined) return;
    const sealed = head === undefined ? [] : [head.link, head.hash, head.seal];
    const print = printOf(this.#chain, 'end', link, hash, ...sealed);
    this.#find(found.kind, found.link, { text: found.text, print });
  }

  /** What does not fit at the end, of which the gateway's seal should tell. */
  #atEnd(head: MarkRecord | undefined): Pick<ChainFinding, 'kind' | 'link' | 'text'> | undefined {
    const { hash, link } = this.last;
    if (head === undefined) {
      if (link === 0) return undefined;
      return { kind: 'rewritten', link, text: 'the seal at the end of the chain is missing' };
    }
    const after = this.#sealedTo;
    if (!isSame(this.#seal('head', { link: head.link, hash: head.hash }), head.seal)) {
      const text = `the seal at the end of the chain is not the gateway's; nothing after link ${after} can be relied on`;
      return { kind: 'rewritten', link: after + 1, text };
    }
    if (head.link > link) {
      const text = `the end of ${this.#name} is missing: links ${link + 1} to ${head.link}`;
      return { kind: 'cut_off', link: link + 1, text };
    }
    if (head.link < link) {
      const text = `links ${head.link + 1} to ${link} were put in after the sealed end`;
      return { kind: 'inserted', link: head.link + 1, text };
    }
    if (isSame(head.hash, hash)) return undefined;
    return {
      kind: 'rewritten',
      link: after + 1,
      text: `the chain was rewritten somewhere after link ${after}`,
    };
  }

  unlinked(row: UnlinkedRow): void {
    const text = `${nameOf(row)} was put in without a link`;
    this.#find('inserted', this.last.link, {
      text,
      print: printOf(this.#chain, 'unlinked', row.kind, row.entry),
    });
  }

  #checkMark(mark: MarkRecord | undefined): void {
    if (mark === undefined) return;
    const { last } = this;
    const { hash, link } = last;
    const holds = isSame(this.#seal('mark', { link, hash: mark.hash }), mark.seal) && isSame(mark.hash, hash);
    if (holds) this.#sealedTo = link;
    else {
      const text = `the chain was rewritten between links ${this.#sealedTo + 1} and ${link}`;
      this.#find('rewritten', this.#sealedTo + 1, { text, print: markPrint(this.#chain, mark, last) });
    }
  }

  #checkKnown(): void {
    const { hash, link } = this.last;
    const other = this.#known.get(link)?.find((end) => end.hash !== hash);
    if (other === undefined) return;
    const text = `link ${link} is not the one that was known${seen(other)}: ${this.#name} was rewritten at or before it`;
    this.#find('rewritten', link, { text, print: printOf(this.#chain, 'known', link, hash, other.hash) });
  }

  #find(
    kind: ChainFinding['kind'],
    link: number,
    found: Pick<ChainFinding, 'text' | 'print' | 'until'>,
  ): void {
    const accepted = this.#accepted.of(found.print);
    this.findings.push({ kind, link, ...found, ...(accepted === undefined ? {} : { accepted }) });
  }
}

const seen = (end: KnownEnd | undefined): string =>
  end === undefined || end.seenBy === '' ? '' : ` (${end.seenBy})`;

function missingText(from: number, to: number): string {
  return from === to
    ? `the row at link ${from} is missing`
    : `the rows at links ${from} to ${to} are missing`;
}

function nameOf({ id, kind }: Pick<ChainedRow, 'id' | 'kind'>): string {
  return `the ${kind} ${id}`;
}
