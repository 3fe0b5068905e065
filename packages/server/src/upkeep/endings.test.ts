import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DAY_MS, TestClock } from '../store/conformance/fixtures.ts';
import { newGrant } from '../store/conformance/grants.ts';
import { openSqliteStore } from '../store/index.ts';
import { keepTellingEnds } from './endings.ts';

it('looks by itself for what ends soon, and says where it cannot', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-endings-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const clock = new TestClock();
  await using store = await openSqliteStore({ directory, clock });
  await store.grants.create(newGrant({ expiresAtMs: clock.wallMs() + 30 * DAY_MS }), 'ab'.repeat(32));
  clock.pass(25 * DAY_MS);
  const warnings: string[] = [];
  const log = { info() {}, error() {}, warn: (_: object, text: string) => void warnings.push(text) };
  const broken = { endings: { tell: () => Promise.reject(new Error('no database')) } };
  await using _ = keepTellingEnds({ store: broken, clock, log, firstMs: 1 });
  await expect.poll(() => warnings).toHaveLength(1);
  await using __ = keepTellingEnds({ store, clock, log, firstMs: 1 });
  await expect.poll(() => store.outbox.hasWork()).toBe(true);
});
