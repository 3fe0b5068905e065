import type { AuditAct, AuditEntry } from '../../contract.ts';
import { AuditChain, type AuditChainOptions, type Work } from '../../sql/index.ts';
import type { Database } from '../driver.ts';
import { runNow } from '../run.ts';

/** Leaves rows in the transaction that is open, whichever process has it. */
export class AuditWriter {
  readonly #database: Database;
  readonly #chain: AuditChain;

  constructor(database: Database, options: AuditChainOptions) {
    this.#database = database;
    this.#chain = new AuditChain(options);
  }

  /** Throws outside of a transaction: the chain must not fork. */
  write(act: AuditAct): AuditEntry {
    return runNow(this.#database, this.note(act));
  }

  /** The same within work. */
  *note(act: AuditAct): Work<AuditEntry> {
    if (!this.#database.inTransaction) throw new TypeError('expected an open transaction, found none');
    return yield* this.#chain.note(act);
  }

  fingerprint(secret: string): string {
    return this.#chain.fingerprint(secret);
  }
}
