import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../limits/index.ts';
import { newGrant } from '../../conformance/grants.ts';
import { StoreError } from '../../contract.ts';
import { openDatabase } from '../../sqlite/driver.ts';
import { sqliteExecutor } from '../../sqlite/executor.ts';
import { makeDataDirectory } from '../../sqlite/fixtures.ts';
import { openSqliteStore } from '../../sqlite/open.ts';
import { EnvelopeVault } from '../../vault.ts';
import { AuditChain } from '../audit-chain.ts';
import { Writes } from '../writes.ts';
import { copyOf, GrantCopy } from './copy.ts';

const HASH = 'a'.repeat(64);

it('of a grant is kept what leads to it, by the clock of this machine, and nothing that is sealed', () => {
  const grant = { ...newGrant(), state: 'active', createdAtMs: 0 } as const;
  const token = { hash: 'b', signIn: 's', endsAtMs: 1_000 };
  const held = {
    grant,
    tokenHash: HASH,
    previousHash: 'c',
    accessTokens: [token],
    sealedToken: Buffer.alloc(100),
  };
  expect(copyOf(held, 5)).toEqual({
    ...{ grant, tokenHash: HASH, previousHash: 'c' },
    accessTokens: [{ ...token, endsAtMs: 1_005 }],
  });
  expect(copyOf({ grant, tokenHash: HASH }, 5)).toEqual({ grant, tokenHash: HASH });
});

it('forgets what a rule gave that is gone, also where the store did not answer as it went', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-copy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const directory = join(folder, 'data');
  await makeDataDirectory(directory);
  const clock = systemClock();
  await using store = await openSqliteStore({ directory, clock, as: 'gateway' });
  const { id } = await store.grants.create(newGrant(), HASH);
  const access = { hash: 'b'.repeat(64), signIn: 's', endsAtMs: clock.wallMs() + 60_000, by: 'rule' };
  expect(await store.grants.putAccess(id, access)).toBe('done');
  const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 0 });
  onTestFinished(() => void database.close());
  const key = () => Buffer.alloc(32);
  const vault = new EnvelopeVault({ current: 1, key });
  const audit = new AuditChain({ clock, key });
  const executor = sqliteExecutor({ database, file: directory, clock, audit, vault, writes: new Writes() });
  let isAway = false;
  const unsteady: typeof executor = {
    ...executor,
    read: (work) =>
      isAway ? Promise.reject(new StoreError('unavailable', 'it does not answer')) : executor.read(work),
  };
  const copy = new GrantCopy(unsteady, () => clock.wallMs());
  const giving = (...rules: string[]) =>
    copy.giving({ ofFile: new Map(), ofMinted: new Set(rules) }, async () => undefined);
  await copy.refresh();
  await giving('rule');
  expect(copy.byAccessHash(access.hash)?.id).toBe(id);
  isAway = true;
  await expect(giving()).rejects.toThrow('it does not answer');
  isAway = false;
  await copy.refresh();
  expect(copy.byAccessHash(access.hash)).toBeUndefined();
});
