import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../conformance/index.ts';
import { openSqliteStore } from './open.ts';

describeStore('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'boomgate-store-'));
  return {
    open: (clock) => openSqliteStore({ directory, clock }),
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
});
