import type { DecisionRow } from '../contract.ts';
import { type CallerRecord, callerOf, callerText } from '../sql/index.ts';

/** Callers remembered; beyond it all are forgotten, and a caller seen again gets a second row, which does no harm. */
const MAX_REMEMBERED = 10_000;

/** `text` is all facts about the caller, as the chain hashes them. */
type KnownCaller = {
  readonly id: number;
  readonly text: string;
  readonly facts: Omit<CallerRecord, 'id'>;
};

/**
 * Numbers who asked and on which terms. These facts are the same for all calls of a session: kept once, they cost the
 * log neither space nor time, and a filter by server or grant looks at few rows.
 */
export class Callers {
  readonly #insert: (caller: Omit<CallerRecord, 'id'>) => number;
  readonly #known = new Map<string, KnownCaller>();

  /** `insert` writes a row into the group's transaction, and says its id. Throws when it does not fit. */
  constructor(insert: (caller: Omit<CallerRecord, 'id'>) => number) {
    this.#insert = insert;
  }

  seen(row: DecisionRow): KnownCaller {
    const key = keyOf(row);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const facts = callerOf(row);
    const added = { id: this.#insert(facts), text: callerText(facts), facts };
    this.#known.set(key, added);
    return added;
  }

  /** After a rollback the remembered numbers may be those of rows that were never kept. */
  forget(): void {
    this.#known.clear();
  }
}

/** What the agent chooses itself comes with its length, so that two different callers never share a key. */
function keyOf(row: DecisionRow): string {
  const { session, protocol, client } = row;
  const own = `${session.length},${protocol.length},${client.length},${session}${protocol}${client}`;
  const terms = `${row.policyVersion},${row.era},${row.mode},${row.policy}`;
  return `${own}\n${terms}\n${row.grantId}\n${row.grantName}\n${row.server}\n${row.organization}`;
}
