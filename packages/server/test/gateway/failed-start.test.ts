import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startGateway } from '../../src/index.ts';
import { openDatabase } from '../../src/store/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomgate-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A gateway with a policy of its file, by which a start writes; it rejects where it cannot. */
async function start(data: string, rules: object) {
  const config = join(folder, 'boomgate.config.json');
  await writeFile(
    config,
    JSON.stringify({ policies: { own: { version: '1', default: 'deny', tools: rules } } }),
  );
  const started = await startGateway({
    ...{ config, data, host: '127.0.0.1', port: 0, environment: {} },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  if (!started.ok) throw new Error(started.problems.join('\n'));
  return started.gateway;
}

it.each([
  ['before it listens', 'policy_versions'],
  ['once it listens', 'setup_code'],
])('a gateway that cannot write when it starts, %s, leaves nothing open', async (_, table) => {
  const data = join(folder, table);
  await (await start(data, {})).close();
  const database = openDatabase(join(data, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 5_000 });
  database.exec(`create trigger full before insert on ${table} begin select raise(abort, 'full'); end`);
  const changed = { t: { action: 'allow' } };
  await expect(start(data, changed)).rejects.toThrow('full');
  database.exec('drop trigger full');
  database.close();
  // Only one gateway may have the folder: the one that failed let it go.
  await (await start(data, changed)).close();
});
