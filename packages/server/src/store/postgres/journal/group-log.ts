import type { DecisionRow, OutcomeRow } from '../../contract.ts';
import { Callers, type LogWriter } from '../../journal/index.ts';
import { type CallerRecord, encodeDecision, type RecentDecisions } from '../../sql/index.ts';
import { isSame, LINKS_PER_MARK, type Link, linkHash, type Sealer, sealer } from '../../sql/link.ts';
import { storable } from '../../sql/storable.ts';

type DecisionLine = Link & { readonly cursor: number; readonly caller: number; readonly entry: string };
type OutcomeLine = Link & { readonly decision: number; readonly entry: string };

/**
 * The texts among the facts of a caller that an agent chose, as they can be kept; those in the entry are escaped as JSON. Throws for a row
 * that does not fit: it is refused alone.
 */
function fitting(row: DecisionRow): DecisionRow {
  const { client, policyVersion, protocol, session } = row;
  if (!Number.isSafeInteger(policyVersion))
    throw new RangeError(`expected the version of a policy, found ${policyVersion}`);
  return { ...row, client: storable(client), protocol: storable(protocol), session: storable(session) };
}

export type Sealed = Link & { readonly seal: string };

/** Where the log ends, as a group finds it; without a seal where there is nothing. */
export type LogEnd = Link & {
  readonly seal?: string | undefined;
  readonly cursor: number;
  readonly caller: number;
};

/** The rows of a group, to be written at its end. */
export class GroupLog implements LogWriter {
  readonly #key: () => Buffer;
  readonly #callers: Callers;
  readonly #recent: RecentDecisions;
  #sealer: Sealer | undefined;
  #end: LogEnd = { link: 0, hash: '', cursor: 0, caller: 0 };
  #begun: LogEnd = this.#end;
  decisions: DecisionLine[] = [];
  outcomes: OutcomeLine[] = [];
  newCallers: CallerRecord[] = [];

  constructor(key: () => Buffer, recent: RecentDecisions) {
    this.#key = key;
    this.#recent = recent;
    this.#callers = new Callers((caller) => {
      const id = this.#end.caller + 1;
      this.#end = { ...this.#end, caller: id };
      this.newCallers.push({ id, ...caller });
      return id;
    });
  }

  begin(end: LogEnd): void {
    this.#end = end;
    this.#begun = end;
    this.decisions = [];
    this.outcomes = [];
    this.newCallers = [];
    // Those of a group of which it is not known whether it was written are counted from the log.
    this.#recent.rolledBack();
  }

  committed(): void {
    this.#recent.committed();
  }

  decision(row: DecisionRow): number {
    const caller = this.#callers.seen(fitting(row));
    const cursor = this.#end.cursor + 1;
    const entry = encodeDecision(row);
    const next = this.#next('decision', [cursor, caller.text, entry]);
    this.decisions.push({ cursor, caller: caller.id, entry, ...next });
    this.#recent.note(cursor, caller.facts, row);
    this.#end = { ...this.#end, ...next, cursor };
    return cursor;
  }

  outcome(decision: number, row: OutcomeRow): void {
    const entry = JSON.stringify(row);
    const next = this.#next('outcome', [decision, entry]);
    this.outcomes.push({ decision, entry, ...next });
    this.#end = { ...this.#end, ...next };
  }

  /** Where the log ends with this group; undefined when it has no row. */
  get end(): Link | undefined {
    const { hash, link } = this.#end;
    return link === this.#begun.link ? undefined : { link, hash };
  }

  seal(role: 'head' | 'mark', end: Link): string {
    this.#sealer ??= sealer(this.#key(), 'decisions');
    return this.#sealer(role, end);
  }

  /**
   * The end that the group found, where somebody else wrote it. It stays as a mark, which does not hold: sealed over, nobody could tell any
   * more that the rows since the last mark may have been rewritten.
   */
  get foreignEnd(): Sealed | undefined {
    const { hash, link, seal } = this.#begun;
    if (seal === undefined || isSame(seal, this.seal('head', { link, hash }))) return undefined;
    return { link, hash, seal };
  }

  /** Whether the group passes a place at which the way is marked. */
  get isMarked(): boolean {
    return Math.floor(this.#begun.link / LINKS_PER_MARK) < Math.floor(this.#end.link / LINKS_PER_MARK);
  }

  /** What was numbered may never have been written. */
  forgetCallers(): void {
    this.#callers.forget();
  }

  #next(kind: 'decision' | 'outcome', values: readonly (string | number)[]): Link {
    const link = this.#end.link + 1;
    return { link, hash: linkHash(this.#end.hash, link, { kind, values }) };
  }
}
