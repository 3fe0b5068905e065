import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { GATEWAY, startGateway } from '../../src/index.ts';
import { systemClock } from '../../src/limits/index.ts';
import { openSqliteStore, restoreBackup } from '../../src/store/index.ts';
import { bootCases, expectAllowed } from './support/index.ts';

const WRITER = fileURLToPath(new URL('support/backup-writer.ts', import.meta.url));

it('a backup beside calls holds a beginning of the log, and restored its grants work on another host (L-15)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-m-backup-'));
  const cases = await bootCases();
  const agent = cases.agent({ agent: 'modern', server: 'modern' });
  for (let count = 0; count < 20; count += 1) expectAllowed(await agent.call('search'));
  const file = join(folder, 'file.backup');
  const writer = fork(WRITER, [join(cases.gateway.data, 'data'), file]);
  const ended = once(writer, 'exit');
  let calls = 0;
  while (writer.exitCode === null) {
    for (const answer of await Promise.all(Array.from({ length: 5 }, () => agent.call('search'))))
      expectAllowed(answer);
    calls += 5;
  }
  expect(await ended).toEqual([0, null]);
  expect(calls).toBeGreaterThan(5);

  const data = join(folder, 'data');
  const how = { force: false, keepCounters: false, acceptFindings: false };
  const report = await restoreBackup({ file, directory: data, clock: systemClock(), by: GATEWAY, ...how });
  expect(report).toMatchObject({ restored: true, decisions: { findings: [] }, audit: { findings: [] } });
  const live = await cases.ledgers.rows();
  expect((await cases.gateway.gateway.store.decisions.verify(report.decisions.head)).findings).toEqual([]);
  const restored = await openSqliteStore({ directory: data, clock: systemClock(), as: 'reader' });
  const rows = await restored.decisions.query({ limit: 10_000 });
  await restored[Symbol.asyncDispose]();
  expect(rows.length).toBeGreaterThanOrEqual(20);
  expect(rows.map(({ row }) => row)).toEqual(live.slice(0, rows.length).map(({ row }) => row));

  const started = await startGateway({
    config: cases.gateway.configFile,
    data,
    host: '127.0.0.1',
    port: 0,
    environment: { ...process.env, TEST_GRANT: cases.gateway.token },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  if (!started.ok) throw new Error(started.problems.join());
  const endpoint = `${started.gateway.url}/mcp/s1-modern`;
  const pairing = { agent: 'modern', server: 'modern' } as const;
  // Whoever had a minted grant has it again, and one that was revoked stays so.
  const newAgent = (grant: string) =>
    cases.newAgent(pairing, { endpoint, token: cases.tokenOf(grant, 'modern') });
  expectAllowed(await newAgent('GM').call('search'));
  expect((await newAgent('GX').call('search')).status).toBe(401);
  await started.gateway.close();
  await cases[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
