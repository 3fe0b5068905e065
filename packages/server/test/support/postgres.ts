import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chown, mkdtemp, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, until } from './programs.ts';

const run = promisify(execFile);
const PROGRAMS = process.env['BOOMGATE_POSTGRES'] ?? '/usr/lib/postgresql/15/bin';
const SETTINGS = ['-c', 'max_connections=200'];
/** Of one that does not outlive its test: the disk is not waited for. */
const IN_HASTE = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_wal_size=128MB'];
/** How one that does not outlive its test copies a database: its files, and not each page by way of the log, which takes twice as long. */
const BY_FILES = ' strategy file_copy';
/** Files in memory, where the system has such a place: a database, some 600 of them, is copied and dropped there ten times as fast. */
const IN_MEMORY = '/dev/shm';
/** Bytes that must be free there. */
const ROOM_BYTES = 2 ** 31;

/** A message of Postgres' protocol that says `commit`, from its kind and length on. */
export const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1');

export type PostgresServer = AsyncDisposable & {
  readonly port: number;
  /** Makes an empty database, or a copy of one that nobody is connected to; its address. */
  readonly newDatabase: (copyOf?: string) => Promise<string>;
  readonly dropDatabase: (url: string) => Promise<void>;
  /** Runs statements one after the other as the owner of everything, each in a transaction of its own. */
  readonly ask: (...statements: readonly string[]) => Promise<unknown>;
  /** At once, as by a power cut. */
  readonly stop: () => Promise<void>;
  /** Resolves when it answers. */
  readonly start: () => Promise<void>;
  /** Keeps what there is now. Resolves to what puts that in place of what there is by then, as when a standby that lags takes over. */
  readonly lag: () => Promise<() => Promise<void>>;
  /** Its processes stand still with every connection open, and go on. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => Promise<void>;
  /** How whoever connects from now on must show who they are. */
  readonly letIn: (method: 'trust' | 'scram-sha-256') => Promise<void>;
};

type PostgresOptions = {
  /** It waits for its disk. */
  readonly isDurable?: boolean;
  /** The folder that holds that of its own. */
  readonly place?: string;
};

/** A Postgres of its own, on a free port of the loopback. */
export async function startPostgres({
  isDurable = false,
  place,
}: PostgresOptions = {}): Promise<PostgresServer> {
  return serve({ isDurable, parent: place ?? (await quickestPlace(isDurable)) }, async (data, options) => {
    const making = ['-D', data, '-U', 'boomgate', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    await run(join(PROGRAMS, 'initdb'), making, options);
  });
}

/** One that follows another, which is asked for its changes at this port: its own, or a way there. It takes none itself. */
export async function startStandby(port: number): Promise<PostgresServer> {
  return serve({ isDurable: false, parent: await quickestPlace(false) }, async (data, options) => {
    const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'boomgate'];
    const making = ['-D', data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'];
    await run(join(PROGRAMS, 'pg_basebackup'), [...from, ...making], options);
  });
}

type Serving = { readonly isDurable: boolean; readonly parent: string };
type As = { readonly uid?: number; readonly gid?: number };

/** `make` makes its files. */
async function serve(
  { isDurable, parent }: Serving,
  make: (data: string, options: As & { readonly cwd: string }) => Promise<void>,
): Promise<PostgresServer> {
  const folder = await mkdtemp(join(parent, 'boomgate-postgres-'));
  const as = await someoneElse();
  if (as.uid !== undefined && as.gid !== undefined) await chown(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder };
  await make(data, options);
  const port = await freePort();
  const where = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder];
  const urlOf = (name: string) => `postgres://boomgate@127.0.0.1:${port}/${name}`;
  // Through the socket, which stays open to whoever owns the folder.
  const ownUrl = `postgres://boomgate@/postgres?host=${encodeURIComponent(folder)}&port=${port}`;
  const ask = (...statements: readonly string[]) => askAll(ownUrl, statements);
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    const settings = isDurable ? SETTINGS : [...SETTINGS, ...IN_HASTE];
    server = spawn(join(PROGRAMS, 'postgres'), [...where, ...settings], { ...options, stdio: 'ignore' });
    await until(() =>
      ask('select 1').then(
        () => true,
        () => false,
      ),
    );
  };
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGQUIT');
    await once(server, 'exit');
  };
  await start();
  return {
    port,
    ask,
    start,
    stop,
    async lag() {
      const kept = join(folder, 'kept');
      await stop();
      await run('cp', ['-a', data, kept]);
      await start();
      return async () => {
        await stop();
        await rm(data, { recursive: true });
        await rename(kept, data);
        await start();
      };
    },
    async newDatabase(copyOf) {
      const name = `d${randomUUID().replaceAll('-', '')}`;
      const like = copyOf === undefined ? '' : ` template ${nameOf(copyOf)}${isDurable ? '' : BY_FILES}`;
      await ask(`create database ${name}${like}`);
      return urlOf(name);
    },
    async dropDatabase(url) {
      await ask(`drop database ${nameOf(url)} with (force)`);
    },
    async signal(signal) {
      for (const pid of await familyOf(server.pid ?? 0)) process.kill(pid, signal);
    },
    async letIn(method) {
      const rules = ['local all all trust', `host all all 127.0.0.1/32 ${method}`];
      await writeFile(join(data, 'pg_hba.conf'), `${rules.join('\n')}\n`);
      await ask('select pg_reload_conf()');
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function quickestPlace(isDurable: boolean): Promise<string> {
  if (isDurable) return tmpdir();
  try {
    const { bavail, bsize } = await statfs(IN_MEMORY);
    return bavail * bsize < ROOM_BYTES ? tmpdir() : IN_MEMORY;
  } catch {
    return tmpdir();
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** Runs statements one after the other, each in a transaction of its own; the rows of each. */
export async function askAll(
  connectionString: string,
  statements: readonly string[],
): Promise<readonly (readonly Readonly<Record<string, unknown>>[])[]> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    const answers: (readonly Readonly<Record<string, unknown>>[])[] = [];
    for (const statement of statements) answers.push((await client.query(statement)).rows);
    return answers;
  } finally {
    await client.end();
  }
}

/** A process and its children. */
async function familyOf(parent: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  return [parent, ...pids.filter((pid) => parentOf(pid) === parent)];
}

/** Undefined of one that has ended in the meantime. */
function parentOf(pid: number): number | undefined {
  try {
    // The name, which comes before it in brackets, may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Postgres refuses to run as root: then it runs as the user that its package made. */
async function someoneElse(): Promise<As> {
  if (process.getuid?.() !== 0) return {};
  const id = async (what: string) => Number((await run('id', [what, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
