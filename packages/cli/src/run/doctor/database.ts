import { type PostgresFacts, postgresFacts, StoreError } from '@boomgate/server/stored';
import type { DoctorPlan } from '../../plan/index.ts';
import type { Checked } from '../../report/index.ts';
import { visible } from '../../terminal/index.ts';
import type { World } from '../../world.ts';
import { shownDatabase } from '../shown-plan.ts';
import { openToRead } from '../store.ts';
import { checkAgents, checkQuietGrants } from './agents.ts';
import { checkSignIns } from './sign-ins.ts';
import { clockOf, SAYS_HOW } from './store.ts';

/** The oldest major version that is tested. */
const VERSION_MIN = 15;
/** Milliseconds by which clocks of machines may differ: windows of limits go by that of the database's clients. */
const SKEW_MS = 5_000;

/** The database that replicas share: whether it answers, its version and schema, the master key, and the clocks. */
export async function checkDatabase(
  plan: DoctorPlan,
  database: string,
  { facts, keep }: World,
): Promise<readonly Checked[]> {
  try {
    const found = await postgresFacts(database);
    const about = [serverOf(found, database), schemaOf(found), skewOf(found, Date.now())];
    if (found.missing.length > 0) return about;
    const store = keep(await openToRead(plan, facts));
    const keys: Checked = { check: 'keys', state: 'ok', found: 'BOOMGATE_MASTER_KEY opens them' };
    const addresses = addressesOf(await store.gatewayAddress.ofReplicas());
    const clock = await clockOf(store, facts.nowMs);
    return [
      ...about,
      keys,
      clock,
      ...addresses,
      ...(await checkAgents(store)),
      ...(await checkQuietGrants(store, facts.nowMs)),
      ...(await checkSignIns(store, facts.nowMs)),
    ];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === 'unreadable')
      return [{ check: 'keys', state: 'wrong', found: error.message, mend: SAYS_HOW }];
    const mend = 'docs/runbook.md says what each message means, under "Postgres is down"';
    return [{ check: 'database', state: 'wrong', found: error.message, mend }];
  }
}

function serverOf({ encoding, isReadOnly, version }: PostgresFacts, database: string): Checked {
  const check = 'database';
  const what = `Postgres ${version} at ${shownDatabase(database)}`;
  if (isReadOnly)
    return {
      check,
      state: 'wrong',
      found: `${what} is read-only`,
      mend: 'name the primary, not a standby',
    };
  if (encoding !== 'UTF8')
    return {
      check,
      state: 'wrong',
      found: `${what} is in ${encoding}`,
      mend: "make one with encoding 'UTF8'",
    };
  if (Number.parseInt(version, 10) >= VERSION_MIN) return { check, state: 'ok', found: what };
  return { check, state: 'note', found: what, mend: `${VERSION_MIN} is the oldest version that is tested` };
}

/** Nothing where no replica runs, or none has an address that stays. */
function addressesOf(urls: readonly string[]): readonly Checked[] {
  const check = 'addresses';
  const found = urls.map(visible).join(', ');
  if (urls.length === 0) return [];
  if (urls.length === 1) return [{ check, state: 'ok', found: `all replicas say ${found}` }];
  const mend = 'give all replicas the same --public-url';
  return [{ check, state: 'wrong', found: `replicas say different ones: ${found}`, mend }];
}

function schemaOf({ ahead, missing }: PostgresFacts): Checked {
  const check = 'schema';
  if (missing.length > 0)
    return {
      check,
      state: 'wrong',
      found: `lacks ${missing.join(', ')}`,
      mend: 'boomgate migrate --database URL',
    };
  if (ahead.length === 0) return { check, state: 'ok', found: 'of this version' };
  const found = `of a newer version (it has ${ahead.join(', ')}), which this one can use`;
  return { check, state: 'note', found, mend: 'install the newer version here, too' };
}

function skewOf({ atMs }: PostgresFacts, nowMs: number): Checked {
  const check = 'clock of the database';
  const skewMs = Math.abs(atMs - nowMs);
  if (skewMs <= SKEW_MS) return { check, state: 'ok', found: new Date(atMs).toISOString() };
  const found = `differs from ours by ${Math.round(skewMs / 1_000)} s`;
  return { check, state: 'wrong', found, mend: 'synchronise both with a time server' };
}
