import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { admit, units, windowDemand } from '../../src/store/conformance/index.ts';
import { openSqliteStore, StoreError } from '../../src/store/index.ts';

const PROGRAM = fileURLToPath(new URL('grant-process.ts', import.meta.url));
const GRANTS = 40;

let directory: string;

afterEach(() => rm(directory, { recursive: true }));

it('lets two command lines mint grants while the gateway admits calls, and loses nothing', async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-processes-'));
  await using store = await openSqliteStore({ directory, clock: systemClock() });
  let isMinting = true;
  let admitted = 0;
  const demand = windowDemand({ max: units(1_000_000) });
  // A command line that stands still with the lock has calls refused: what is refused counts nothing.
  const isAdmitted = () =>
    admit(store, demand).then(
      ({ result }) => result.ok,
      (error: unknown) => {
        if (error instanceof StoreError && error.code === 'unavailable') return false;
        throw error;
      },
    );
  const load = Array.from({ length: 8 }, async () => {
    while (isMinting) if (await isAdmitted()) admitted += 1;
  });
  const minting = ['laptop', 'phone'].map(async (name) => {
    const child = spawn(process.execPath, [PROGRAM, directory, name, String(GRANTS)], { stdio: 'inherit' });
    const [code] = await once(child, 'close');
    return code;
  });
  const codes = await Promise.all(minting);
  isMinting = false;
  await Promise.all(load);
  await store.grants.refresh();
  expect(codes).toEqual([0, 0]);
  expect(await store.grants.list()).toHaveLength(2 * GRANTS);
  const hash = createHash('sha256')
    .update(`phone-${GRANTS - 1}`)
    .digest('hex');
  expect(store.grants.findByTokenHash(hash)?.id).toBe(`phone-${GRANTS - 1}`);
  expect((await store.journal.peek([demand])).usage[0]?.before).toBe(admitted);
});
