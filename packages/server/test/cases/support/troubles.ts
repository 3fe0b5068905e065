import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { migratePostgres } from '../../../src/store/postgres/index.ts';
import { type Database, openDatabase } from '../../../src/store/sqlite/driver.ts';
import { startPostgres } from '../../support/postgres.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { type Relay, startRelay } from '../../support/relay.ts';

/** What is wrong with a store for a while. */
type Trouble = {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
  /** Absent: nothing can be written from the first moment. Some calls may pass: each with its record, and in time. */
  readonly letsSomePass?: boolean;
};

/** Where a gateway keeps its store, and what can be done to it; `pid` is the gateway's. */
export type TroubledStore = AsyncDisposable & {
  readonly database?: string;
  readonly redis?: string;
  readonly trouble: (name: string, gateway: { readonly pid: number; readonly data: string }) => Trouble;
};

type Place = {
  readonly name: string;
  readonly troubles: readonly string[];
  /** Actions that go on as usual, whatever the trouble is. */
  readonly goesOn: readonly string[];
  readonly open: () => Promise<TroubledStore>;
};

/** Milliseconds for which another process holds the lock, and does not, by turns. */
const HELD_MS = 60;
const FREE_MS = 20;

/** It has no process of its own, no password, and its file, once open, stays writable: what remains is the lock and the disk. */
export const SQLITE: Place = {
  name: 'SQLite',
  troubles: ['paused', 'slow', 'full'],
  goesOn: [],
  open: async () => ({
    trouble: (name, { data, pid }) => {
      const limitFiles = async (bytes: string) =>
        execFileSync('/usr/bin/prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`]);
      if (name === 'full') return { begin: () => limitFiles('1'), end: () => limitFiles('unlimited') };
      return lockedBy(openDatabase(join(data, 'boomgate.db'), { readOnly: false, busyTimeoutMs: 2_000 }), {
        letsGo: name === 'slow',
      });
    },
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

function lockedBy(other: Database, { letsGo }: { readonly letsGo: boolean }): Trouble {
  let next: NodeJS.Timeout | undefined;
  const hold = (): void => {
    other.exec('begin immediate');
    if (letsGo) next = setTimeout(release, HELD_MS);
  };
  const release = (): void => {
    other.exec('rollback');
    next = setTimeout(hold, FREE_MS);
  };
  return {
    letsSomePass: letsGo,
    begin: async () => hold(),
    async end() {
      clearTimeout(next);
      if (other.inTransaction) other.exec('rollback');
      other.close();
    },
  };
}

/** Milliseconds of a slow line: longer than any call may wait for the store. */
const SLOW_MS = 1_000;
/** Bytes of the disk that a Postgres gets for itself. */
const DISK = '160m';

export const POSTGRES: Place = {
  name: 'Postgres',
  troubles: ['down', 'slow', 'paused', 'wrong password', 'read-only', 'full', 'restarted'],
  goesOn: [],
  async open() {
    const disk = await smallDisk();
    const server = await startPostgres({ place: disk.folder });
    const relay = await startRelay(server.port);
    const direct = await server.newDatabase();
    await migratePostgres(direct);
    const url = new URL(direct);
    url.port = String(relay.port);
    const broken = "select pg_terminate_backend(pid) from pg_stat_activity where datname like 'd%'";
    const setReadOnly = (to: 'on' | 'off') =>
      server.ask(
        'set default_transaction_read_only = off',
        `alter system set default_transaction_read_only = ${to}`,
        'select pg_reload_conf()',
      );
    const troubles: Readonly<Record<string, Trouble>> = {
      down: { begin: server.stop, end: server.start },
      restarted: {
        letsSomePass: true,
        begin: async () => {
          await server.stop();
          void server.start();
        },
        end: async () => undefined,
      },
      slow: slowed(relay),
      paused: { begin: () => server.signal('SIGSTOP'), end: () => server.signal('SIGCONT') },
      'wrong password': {
        begin: () => server.letIn('scram-sha-256').then(() => server.ask(broken)),
        end: () => server.letIn('trust'),
      },
      'read-only': { begin: () => setReadOnly('on'), end: () => setReadOnly('off') },
      full: { letsSomePass: true, begin: disk.fill, end: disk.free },
    };
    return {
      database: url.href,
      trouble: (name) => known(troubles, name),
      async [Symbol.asyncDispose]() {
        await relay[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
        await disk[Symbol.asyncDispose]();
      },
    };
  },
};

function known(troubles: Readonly<Record<string, Trouble>>, name: string): Trouble {
  const trouble = troubles[name];
  if (trouble === undefined) throw new Error(`expected a known trouble, found ${name}`);
  return trouble;
}

/** Nothing listens there: one that follows it waits for its master, and takes no changes. */
const NOBODY = ['127.0.0.1', '1'];
/** Milliseconds between two losses of everything. */
const LOSS_MS = 20;

/** Beside a Postgres that is well: what needs no counter goes on, and no count is lost. */
export const REDIS: Place = {
  name: 'Redis beside Postgres',
  troubles: ['down', 'slow', 'paused', 'wrong password', 'read-only', 'full', 'restarted', 'flushed'],
  goesOn: ['a call without', 'a call that asks', 'a list of tools', 'a grant that is minted'],
  async open() {
    const postgres = await startPostgres();
    const database = await postgres.newDatabase();
    await migratePostgres(database);
    const server = await startRedis();
    const relay = await startRelay(server.port);
    const troubles: Readonly<Record<string, Trouble>> = {
      down: { begin: server.stop, end: server.start },
      restarted: restarted(server),
      slow: slowed(relay),
      paused: { begin: async () => server.signal('SIGSTOP'), end: async () => server.signal('SIGCONT') },
      'wrong password': { begin: () => server.letIn('another'), end: () => server.letIn(undefined) },
      'read-only': {
        begin: () => server.ask('REPLICAOF', ...NOBODY),
        end: () => server.ask('REPLICAOF', 'NO', 'ONE'),
      },
      full: {
        begin: () => server.ask('CONFIG', 'SET', 'maxmemory', '1'),
        end: () => server.ask('CONFIG', 'SET', 'maxmemory', '0'),
      },
      flushed: flushed(server),
    };
    return {
      database,
      redis: `redis://127.0.0.1:${relay.port}`,
      trouble: (name) => known(troubles, name),
      async [Symbol.asyncDispose]() {
        await relay[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
        await postgres[Symbol.asyncDispose]();
      },
    };
  },
};

function slowed(relay: Relay): Trouble {
  return {
    async begin() {
      relay.delayMs = SLOW_MS;
    },
    async end() {
      relay.delayMs = 0;
      relay.cut();
    },
  };
}

/** It comes back without what it held, while calls come in. */
function restarted(server: RedisServer): Trouble {
  let starting = Promise.resolve();
  return {
    letsSomePass: true,
    async begin() {
      await server.stop();
      starting = server.start();
    },
    end: () => starting,
  };
}

/** It loses everything, again and again. */
function flushed(server: RedisServer): Trouble {
  let isOver = false;
  let losing = Promise.resolve();
  const lose = async (): Promise<void> => {
    while (!isOver) {
      await server.ask('FLUSHALL');
      await wait(LOSS_MS);
    }
  };
  return {
    letsSomePass: true,
    async begin() {
      await server.ask('FLUSHALL');
      losing = lose();
    },
    async end() {
      isOver = true;
      await losing;
    },
  };
}

/** A file system of its own, that can be filled without filling the machine's. */
async function smallDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=777`, 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    async fill() {
      const { bavail, bsize } = await statfs(folder);
      // In pieces: the last of them does not fit.
      await writeFile(filler, randomBytes(bsize * bavail)).catch(() => undefined);
    },
    free: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}
