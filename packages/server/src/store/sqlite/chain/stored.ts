import type { ChainHead } from '../../contract.ts';
import { headOf } from '../../sql/audit-chain.ts';
import type { MarkRecord } from '../../sql/tables.ts';
import type { Database } from '../driver.ts';
import { runNow } from '../run.ts';
import { checkpointOf } from './checkpoint.ts';
import { auditRows, chainedRows, unlinkedRows } from './rows.ts';
import type { KnownEnd, StoredChain } from './verify.ts';

/**
 * The chain of the decision log. To be used within one read transaction: a row that is written meanwhile would otherwise
 * be missing in one part and there in another.
 */
export function decisionChain(database: Database, known?: ChainHead): StoredChain {
  return {
    name: 'decisions',
    rows: chainedRows(database),
    marks: marksOf(database),
    head: runNow(database, headOf('chain_head')),
    checkpoint: checkpointOf(database, 'decisions'),
    unlinked: unlinkedRows(database),
    known: [...anchorsOf(database), ...asKnown(known)],
  };
}

/** The chain of the audit log, on the same terms. */
export function auditChain(database: Database, known?: ChainHead): StoredChain {
  return {
    name: 'audit',
    rows: auditRows(database),
    marks: new Map(),
    head: runNow(database, headOf('audit_head')),
    checkpoint: checkpointOf(database, 'audit'),
    unlinked: [],
    known: asKnown(known),
  };
}

function asKnown(known: ChainHead | undefined): readonly KnownEnd[] {
  return known === undefined ? [] : [{ ...known, seenBy: '' }];
}

/** Where the decision log stood when audit rows were written; those that nobody can read are a finding of the audit log. */
function anchorsOf(database: Database): readonly KnownEnd[] {
  return database
    .prepare<KnownEnd>(
      `select entry ->> '$.decisions.link' as link, entry ->> '$.decisions.hash' as hash, 'as an audit row of link ' || min(link) || ' says' as seenBy
       from audit where json_valid(entry) and typeof(entry ->> '$.decisions.link') = 'integer' group by 1, 2`,
    )
    .all();
}

function marksOf(database: Database): ReadonlyMap<number, MarkRecord> {
  const marks = database.prepare<MarkRecord>('select link, hash, seal from chain_marks').all();
  return new Map(marks.map((mark) => [mark.link, mark]));
}
