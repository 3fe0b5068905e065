import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keysAlone, openFindings, quickCheck, type Store, StoreError } from '@boomgate/server/stored';
import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';
import type { World } from '../../world.ts';
import { openToRead } from '../store.ts';
import { checkAgents, checkQuietGrants } from './agents.ts';
import { checkSignIns } from './sign-ins.ts';

/** Bytes of a database that is read from end to end here: some seconds. */
const READ_BYTES_MAX = 512 * 1024 * 1024;
const FAULTS_MAX = 3;
/** Milliseconds by which clocks of one machine may differ from what they said before. */
const SKEW_MS = 60_000;

/** The database: its pages, its schema with its keys, the chains of its logs, and whether its newest rows are in the past. */
export async function checkStore(plan: DoctorPlan, { facts, keep }: World): Promise<readonly Checked[]> {
  const lost = await keysAlone(plan.data);
  if (lost !== undefined) return [refused('database', lost)];
  if (!(await isThere(join(plan.data, 'boomgate.db'))))
    return [{ check: 'database', state: 'skipped', found: 'none yet' }];
  let isLookedAt = false;
  try {
    const { bytes, faults } = await quickCheck(plan.data, {
      faultsMax: FAULTS_MAX,
      bytesMax: READ_BYTES_MAX,
    });
    isLookedAt = true;
    const isSmall = faults !== undefined;
    if (faults !== undefined && faults.length > 0) return [broken(faults.join('; '))];
    const size = `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
    const pages: Checked = isSmall
      ? { check: 'database', state: 'ok', found: `${size}, every page is sound` }
      : { check: 'database', state: 'skipped', found: `${size}: too large to read through here` };
    const store = keep(await openToRead(plan, facts));
    const schema: Checked = {
      check: 'schema and keys',
      state: 'ok',
      found: 'of this version, and they fit each other',
    };
    const registered = [
      ...(await checkAgents(store)),
      ...(await checkQuietGrants(store, facts.nowMs)),
      ...(await checkSignIns(store, facts.nowMs)),
    ];
    return [pages, schema, await chainsOf(store, isSmall), await clockOf(store, facts.nowMs), ...registered];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'older_schema')
      return [{ check: 'database', state: 'note', found: error.message, mend: BACK_UP_FIRST }];
    if (error.code !== 'unreadable') return [refused('database', error.message)];
    // Its pages are sound: the keys are not those that it was written with, or do not open.
    return [isLookedAt ? refused('schema and keys', error.message) : broken(error.message)];
  }
}

/** Whoever may not look at it is told so by what opens it. */
const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );

const BACK_UP_FIRST = 'before that, make a backup with the version that runs now';

/** Messages of the store say how to mend it themselves, but for damage. */
export const SAYS_HOW = 'until then boomgate up says the same, and does not start';

const refused = (check: string, found: string): Checked => ({ check, state: 'wrong', found, mend: SAYS_HOW });

function broken(found: string): Checked {
  const mend =
    'stop the gateway, keep a copy of the folder, and restore a backup: boomgate restore FILE --force';
  return { check: 'database', state: 'wrong', found, mend };
}

async function chainsOf(store: Store, isSmall: boolean): Promise<Checked> {
  const check = 'logs';
  if (!isSmall) return { check, state: 'skipped', found: 'long; boomgate audit verify walks them' };
  const [audit, decisions] = [await store.audit.verify(), await store.decisions.verify()];
  const findings = [...openFindings(decisions), ...openFindings(audit)];
  const accepted = decisions.findings.length + audit.findings.length - findings.length;
  const [first] = findings;
  if (first === undefined) {
    const { head, rows } = decisions;
    const found = `${rows + audit.rows} rows, the end is ${head.link}:${head.hash.slice(0, 12)}…`;
    if (accepted === 0) return { check, state: 'ok', found: `as they were written: ${found}` };
    const mend = 'boomgate audit verify names them, and who accepted them';
    return { check, state: 'note', found: `${accepted} accepted findings in ${found}`, mend };
  }
  const mend =
    'boomgate audit verify names every one; find out who wrote to the file, as docs/runbook.md says';
  return {
    check,
    state: 'wrong',
    found: `${findings.length} ${findings.length === 1 ? 'finding' : 'findings, the first'}: ${first.text}`,
    mend,
  };
}

/** Rows from the future were written when the clock was wrong, or it is now. */
export async function clockOf(store: Store, nowMs: number): Promise<Checked> {
  const check = 'clock';
  const [newest] = await store.decisions.query({ limit: 1 });
  const aheadMs = newest === undefined ? 0 : newest.row.atMs - nowMs;
  if (aheadMs <= SKEW_MS) return { check, state: 'ok', found: new Date(nowMs).toISOString() };
  const found = `the newest decision is ${Math.round(aheadMs / 1_000)} s in the future`;
  return {
    check,
    state: 'wrong',
    found,
    mend: 'synchronise this machine with a time server; windows of limits follow its clock',
  };
}
