import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { freePort, until } from './programs.ts';

const PROGRAM = process.env['BOOMGATE_REDIS_SERVER'] ?? 'redis-server';

export type RedisServer = AsyncDisposable & {
  readonly port: number;
  /** `redis://…`, without a password. */
  readonly url: string;
  /** Sends one command, on a connection of its own, as who may do everything; its answer. */
  readonly ask: (...command: readonly string[]) => Promise<unknown>;
  /** At once, as by a power cut. */
  readonly stop: () => Promise<void>;
  /** Resolves when it answers. */
  readonly start: () => Promise<void>;
  /** Its process stands still with every connection open, and goes on. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  /** Ends all connections; new ones are taken. */
  readonly cut: () => Promise<void>;
  /** The password that everybody needs who connects from now on, if any; whoever is connected is cut off. */
  readonly letIn: (password: string | undefined) => Promise<void>;
};

/** A Redis of its own, on a free port of the loopback, in a new folder. `isDurable`: what it holds outlives its process. */
export async function startRedis({ isDurable = false } = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const where = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
  const files = ['--save', '', '--appendonly', isDurable ? 'yes' : 'no'];
  // Whoever follows it does so at once.
  const followers = ['--repl-diskless-sync-delay', '0'];
  let password = '';
  let server: ChildProcess;
  const ask = (...command: readonly string[]) => askOne(url, password, command);
  const cut = async (): Promise<void> => {
    await ask('CLIENT', 'KILL', 'SKIPME', 'yes');
  };
  const start = async (): Promise<void> => {
    server = spawn(PROGRAM, [...where, ...files, ...followers, '--requirepass', password], {
      stdio: 'ignore',
    });
    await once(server, 'spawn');
    await until(() =>
      ask('PING').then(
        () => true,
        () => false,
      ),
    );
  };
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  await start();
  return {
    ...{ port, url, ask, start, stop, cut },
    signal(signal) {
      server.kill(signal);
    },
    async letIn(next = '') {
      await ask('CONFIG', 'SET', 'requirepass', next);
      password = next;
      await cut();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One that would say where a Redis is, and follows none. */
export async function startSentinel(): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-sentinel-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const config = join(folder, 'sentinel.conf');
  await writeFile(config, `bind 127.0.0.1\nport ${port}\ndir ${folder}\n`);
  const sentinel = spawn(PROGRAM, [config, '--sentinel'], { stdio: 'ignore' });
  const isThere = () =>
    askOne(url, '', ['PING']).then(
      () => true,
      () => false,
    );
  await until(isThere);
  return {
    url,
    async [Symbol.asyncDispose]() {
      sentinel.kill('SIGKILL');
      await once(sentinel, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function askOne(url: string, password: string, command: readonly string[]): Promise<unknown> {
  const client = createClient({
    url,
    ...(password === '' ? {} : { password }),
    RESP: 2,
    disableClientInfo: true,
    socket: { reconnectStrategy: false },
  });
  // Told again to whoever waits for an answer.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
