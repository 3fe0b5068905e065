import type { ChainHead, ChainReport } from '../../contract.ts';
import { headOf } from '../audit-chain.ts';
import type { Snapshot } from '../executor.ts';
import { build, type MarkRecord } from '../tables.ts';
import { acceptancesOf } from './acceptances.ts';
import { checkpointOf } from './checkpoint.ts';
import { auditRows, chainedRows, unlinkedRows } from './rows.ts';
import { type KnownEnd, type StoredChain, verifyChain } from './verify.ts';

/** The chain of the decision log. */
export async function decisionChain(
  snapshot: Snapshot,
  key: Buffer,
  known?: ChainHead,
): Promise<StoredChain> {
  const { ask } = snapshot;
  return {
    name: 'decisions',
    marks: await marksOf(snapshot),
    head: await ask(headOf('chain_head')),
    checkpoint: await ask(checkpointOf('decisions')),
    unlinked: await unlinkedRows(snapshot),
    known: [...(await anchorsOf(snapshot)), ...asKnown(known)],
    accepted: await acceptancesOf(snapshot, 'decisions', key),
    rows: chainedRows(snapshot),
  };
}

/** What is found of the whole chain of the decision log. */
export async function verifyDecisions(
  snapshot: Snapshot,
  sealKey: Buffer,
  known?: ChainHead,
): Promise<ChainReport> {
  return verifyChain(await decisionChain(snapshot, sealKey, known), sealKey);
}

/** The chain of the audit log. */
export async function auditChain(snapshot: Snapshot, key: Buffer, known?: ChainHead): Promise<StoredChain> {
  const { ask } = snapshot;
  return {
    name: 'audit',
    marks: new Map(),
    head: await ask(headOf('audit_head')),
    checkpoint: await ask(checkpointOf('audit')),
    unlinked: [],
    known: asKnown(known),
    accepted: await acceptancesOf(snapshot, 'audit', key),
    rows: auditRows(snapshot),
  };
}

function asKnown(known: ChainHead | undefined): readonly KnownEnd[] {
  return known === undefined ? [] : [{ ...known, seenBy: '' }];
}

/** Where the decision log stood when audit rows were written; those that nobody can read are a finding of the audit log. */
async function anchorsOf({ walk }: Snapshot): Promise<readonly KnownEnd[]> {
  const ends = new Map<string, KnownEnd>();
  for await (const row of walk(build.selectFrom('audit').select(['link', 'entry']).orderBy('link'))) {
    const seen = endIn(row.entry);
    if (seen === undefined) continue;
    const key = `${seen.link} ${seen.hash}`;
    if (!ends.has(key)) ends.set(key, { ...seen, seenBy: `as an audit row of link ${row.link} says` });
  }
  return [...ends.values()];
}

function endIn(entry: string): ChainHead | undefined {
  try {
    const { link, hash } = JSON.parse(entry).decisions;
    return Number.isInteger(link) && typeof hash === 'string' ? { link, hash } : undefined;
  } catch {
    return undefined;
  }
}

async function marksOf({ walk }: Snapshot): Promise<ReadonlyMap<number, MarkRecord>> {
  const marks = new Map<number, MarkRecord>();
  for await (const mark of walk(build.selectFrom('chain_marks').select(['link', 'hash', 'seal'])))
    marks.set(mark.link, mark);
  return marks;
}
