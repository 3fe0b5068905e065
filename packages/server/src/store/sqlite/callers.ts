import type { DecisionRow } from '../contract.ts';
import type { Database, Statement } from './driver.ts';

/** Callers remembered; beyond it all are forgotten, and a caller seen again gets a second row, which does no harm. */
const MAX_REMEMBERED = 10_000;

/**
 * Numbers who asked and on which terms. These facts are the same for all calls of a session: kept once, they cost the
 * log neither space nor time, and a filter by server or grant looks at few rows.
 */
export class Callers {
  readonly #insert: Statement<unknown>;
  readonly #ids = new Map<string, number | bigint>();

  constructor(database: Database) {
    this.#insert = database.prepare(
      'insert into callers (organization, server, grant_id, grant_name, session, era, protocol, client, policy, policy_version, mode) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  idFor(row: DecisionRow): number | bigint {
    const key = keyOf(row);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#ids.size >= MAX_REMEMBERED) this.#ids.clear();
    const { lastInsertRowid } = this.#insert.run(
      row.organization,
      row.server,
      row.grantId,
      row.grantName,
      row.session,
      row.era,
      row.protocol,
      row.client,
      row.policy,
      row.policyVersion,
      row.mode,
    );
    this.#ids.set(key, lastInsertRowid);
    return lastInsertRowid;
  }

  /** After a rollback the remembered numbers may be those of rows that were never kept. */
  forget(): void {
    this.#ids.clear();
  }
}

/** What the agent chooses itself comes with its length, so that two different callers never share a key. */
function keyOf(row: DecisionRow): string {
  const { session, protocol, client } = row;
  const own = `${session.length},${protocol.length},${client.length},${session}${protocol}${client}`;
  const terms = `${row.policyVersion},${row.era},${row.mode},${row.policy}`;
  return `${own}\n${terms}\n${row.grantId}\n${row.grantName}\n${row.server}\n${row.organization}`;
}
