import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { TestClock } from '../conformance/index.ts';
import { openSqliteStore } from './open.ts';
import { quickCheck } from './quick-check.ts';

it('says how large a database is, also while most of it is not in its file yet', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'boomgate-quick-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const store = await openSqliteStore({ directory, clock: new TestClock() });
  const fileBytes = () => statSync(join(directory, 'boomgate.db')).size;
  const opened = quickCheck(directory, { faultsMax: 1, bytesMax: 2 ** 30 });
  expect(opened.faults).toEqual([]);
  expect(opened.bytes).toBeGreaterThan(fileBytes());
  expect(quickCheck(directory, { faultsMax: 1, bytesMax: opened.bytes - 1 })).toEqual({
    bytes: opened.bytes,
  });
  await store[Symbol.asyncDispose]();
  expect(opened.bytes).toBe(fileBytes());
});
