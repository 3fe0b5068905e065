import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/limits/index.ts';
import { admit, units, windowDemand } from '../../src/store/conformance/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { openDatabase } from '../../src/store/sqlite/driver.ts';

const PROGRAM = fileURLToPath(new URL('gateway-process.ts', import.meta.url));
const HOUR_MS = 3_600_000;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boomgate-kill-'));
});

afterEach(() => rm(directory, { recursive: true }));

/** Starts a gateway process and kills it once it has printed `enough` answers; the number that it forwarded. */
async function runUntilKilled(limit: number, enough: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, directory, String(limit)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    printed += text;
    if (printed.length >= enough) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return printed.split('f').length - 1;
}

it('has counted and recorded every call that was forwarded when the gateway is killed mid-load', async () => {
  let forwarded = 0;
  for (const enough of [1, 500, 3_000]) forwarded += await runUntilKilled(1_000_000, enough);
  await using store = await openSqliteStore({ directory, clock: systemClock() });
  const demand = windowDemand({ max: units(1_000_000), windowMs: HOUR_MS });
  const used = (await store.journal.peek([demand])).usage[0]?.before ?? 0;
  const database = openDatabase(join(directory, 'boomgate.db'), { readOnly: true, busyTimeoutMs: 1_000 });
  const recorded = database.prepare<{ n: number }>('select count(*) as n from decisions').get()?.n;
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  database.close();
  expect(forwarded).toBeGreaterThanOrEqual(3_501);
  expect(used).toBeGreaterThanOrEqual(forwarded);
  expect(recorded).toBe(used);
});

it('forwards no more than the limit across kills and restarts', async () => {
  const limit = 700;
  let forwarded = 0;
  for (const enough of [200, 200, 2_000]) forwarded += await runUntilKilled(limit, enough);
  await using store = await openSqliteStore({ directory, clock: systemClock() });
  const answer = await admit(store, windowDemand({ max: units(limit), windowMs: HOUR_MS }));
  expect(answer.result).toMatchObject({ ok: false, usage: [{ before: limit }] });
  expect(forwarded).toBeLessThanOrEqual(limit);
});
