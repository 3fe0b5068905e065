import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fuse } from './crash-gateway.ts';

const PROGRAM = fileURLToPath(new URL('crash-gateway.ts', import.meta.url));

/** A gateway in a process of its own. */
export type ChildGateway = {
  readonly url: string;
  readonly pid: number;
  /** With which the first person is made; empty when there is one. */
  readonly setupCode: string;
  /** Milliseconds from the start of the process until `/readyz` said yes. */
  readonly readyMs: number;
  /** Milliseconds of that for the gateway itself: reading the configuration, opening the store, listening. */
  readonly openedMs: number;
  /** The gateway dies when a call passes this point so many times from now on. */
  readonly arm: (fuse: Fuse) => Promise<void>;
  /** Resolves when the process is gone, with the signal that ended it. */
  readonly gone: Promise<NodeJS.Signals | null>;
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
  /** Stops it in good order; resolves when the process is gone. */
  readonly close: () => Promise<void>;
  /** Bytes in use, after a collection when the process was started with `--expose-gc`. */
  readonly memory: () => Promise<number>;
};

const living = new Set<ChildProcess>();

/** Ends what a failed test left running. */
export function killChildGateways(): void {
  for (const child of living) child.kill('SIGKILL');
}

type ChildOptions = {
  readonly config: string;
  readonly data: string;
  readonly program?: string;
  /** Flags of Node, such as a bound of its heap. */
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  /** Address of a database in place of the folder. */
  readonly database?: string | undefined;
  /** Address of a Redis beside the database. */
  readonly redis?: string | undefined;
};

export async function startChildGateway({
  config,
  data,
  program = PROGRAM,
  execArgv = [],
  cwd = process.cwd(),
  database = '',
  redis = '',
}: ChildOptions): Promise<ChildGateway> {
  const startedMs = performance.now();
  // Starting is mostly compiling, which is the same each time.
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(tmpdir(), 'boomgate-compile-cache'),
    ...(database === '' ? {} : { BOOMGATE_MASTER_KEY: randomBytes(32).toString('base64') }),
  };
  const child = fork(program, [config, data, database, redis], { execArgv: [...execArgv], env, cwd });
  living.add(child);
  const gone = goneOf(child);
  const { url, openedMs, setupCode } = await Promise.race([
    // A cast: the program sends this first.
    once(child, 'message').then(([told]) => told as Pick<ChildGateway, 'url' | 'openedMs' | 'setupCode'>),
    gone.then((signal) => {
      throw new Error(`the gateway ended before it was ready (${signal ?? child.exitCode})`);
    }),
  ]);
  const ready = await fetch(`${url}/readyz`);
  await ready.text();
  if (ready.status !== 200) throw new Error(`expected the gateway to be ready, found ${ready.status}`);
  return {
    url,
    pid: child.pid ?? 0,
    setupCode,
    readyMs: performance.now() - startedMs,
    openedMs,
    arm: async (fuse) => {
      const armed = once(child, 'message');
      child.send(fuse);
      await armed;
    },
    gone,
    close: async () => {
      child.send('close');
      await gone;
    },
    memory: async () => {
      const told = once(child, 'message');
      child.send('memory');
      return Number((await told)[0]);
    },
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await gone;
    },
  };
}

function goneOf(child: ChildProcess): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => {
    child.once('exit', (_code, signal) => {
      living.delete(child);
      resolve(signal);
    });
  });
}
