import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, until } from './programs.ts';

const run = promisify(execFile);
const PROGRAMS = process.env['BOOMGATE_POSTGRES'] ?? '/usr/lib/postgresql/15/bin';
/** Nothing here outlives its test: the disk is not waited for. */
const SETTINGS = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'];

export type PostgresServer = AsyncDisposable & {
  /** Makes an empty database; its address. */
  readonly newDatabase: () => Promise<string>;
  readonly dropDatabase: (url: string) => Promise<void>;
};

/** A Postgres of its own, on a free port of the loopback. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-postgres-'));
  const as = await someoneElse();
  if (as.uid !== undefined && as.gid !== undefined) await chown(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder };
  await run(join(PROGRAMS, 'initdb'), ['-D', data, '-U', 'boomgate', '-A', 'trust', '-E', 'UTF8'], options);
  const port = await freePort();
  const where = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder];
  const server = spawn(join(PROGRAMS, 'postgres'), [...where, ...SETTINGS], { ...options, stdio: 'ignore' });
  const urlOf = (name: string) => `postgres://boomgate@127.0.0.1:${port}/${name}`;
  const ask = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    try {
      await client.connect();
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await until(() =>
    ask('select 1').then(
      () => true,
      () => false,
    ),
  );
  return {
    async newDatabase() {
      const name = `d${randomUUID().replaceAll('-', '')}`;
      await ask(`create database ${name}`);
      return urlOf(name);
    },
    dropDatabase: (url) => ask(`drop database ${new URL(url).pathname.slice(1)} with (force)`),
    async [Symbol.asyncDispose]() {
      server.kill('SIGQUIT');
      await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Postgres refuses to run as root: then it runs as the user that its package made. */
async function someoneElse(): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = async (what: string) => Number((await run('id', [what, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
