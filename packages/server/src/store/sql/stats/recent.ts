import { Alike, type CountedCaller, type CountedDecision, type PlaceCount, tally } from './lot.ts';

/** Different facts of a lot: what they come to is written in one go, and calls wait meanwhile. */
const FACTS_OF_A_LOT = 200;
/** Lots that wait to be written; beyond it all are let go, and counted from the log. */
const MOST_LOTS = 100;

/** Decisions that stand one after the other in the log, behind the cursor `after`, and what they come to. */
export type Lot = { readonly after: number; readonly last: number; readonly tallies: readonly PlaceCount[] };

type OpenLot = { readonly after: number; last: number; readonly alike: Alike };
type Noted = { readonly cursor: number; readonly caller: CountedCaller; readonly of: CountedDecision };

/**
 * What the decisions come to that this process has written since they were last counted, so that they need not be read from the log
 * again. Nothing depends on it: lots say between which cursors they stand, and where one is missing the log is read.
 */
export class RecentDecisions {
  /** Of the transaction that is open. */
  #group: Noted[] = [];
  #lots: OpenLot[] = [];

  /** `caller` is the same object for the same caller. */
  note(cursor: number, caller: CountedCaller, of: CountedDecision): void {
    this.#group.push({ cursor, caller, of });
  }

  committed(): void {
    for (const { caller, cursor, of } of this.#group) {
      const lot = this.#lotFor(cursor);
      lot.alike.add(caller, of);
      lot.last = cursor;
    }
    this.#group = [];
  }

  rolledBack(): void {
    this.#group = [];
  }

  /** What was written may be there no more. */
  forget(): void {
    this.#lots = [];
  }

  /** The lot that follows the cursor `after`, which is not kept any longer; undefined when there is none. */
  take(after: number): Lot | undefined {
    const at = this.#lots.findIndex((lot) => lot.after >= after);
    this.#lots = at === -1 ? [] : this.#lots.slice(at);
    if (this.#lots[0]?.after !== after) return undefined;
    const lot = this.#lots.shift();
    return lot && { after, last: lot.last, tallies: tally(lot.alike.counts()) };
  }

  /** The cursor that the first lot follows; infinite when there is none. */
  get begins(): number {
    return this.#lots[0]?.after ?? Number.POSITIVE_INFINITY;
  }

  #lotFor(cursor: number): OpenLot {
    const newest = this.#lots.at(-1);
    const follows = newest !== undefined && newest.last === cursor - 1;
    if (follows && newest.alike.size < FACTS_OF_A_LOT) return newest;
    if (this.#lots.length >= MOST_LOTS) this.#lots = [];
    const lot = { after: cursor - 1, last: cursor - 1, alike: new Alike() };
    this.#lots.push(lot);
    return lot;
  }
}
