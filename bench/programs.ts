import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a program runs: on one core if it can, and with what it reads from its standard input. */
type How = {
  readonly core?: number | undefined;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** A program of this folder that has said its first line. */
export type Started = {
  readonly line: string;
  readonly pid: number;
  /** Stops it in good order; resolves when it is gone. */
  readonly stop: () => Promise<void>;
};

/** The programs of one run, with a folder for what they write; when it ends so do they, and the folder is removed. */
export type Programs = AsyncDisposable & {
  readonly folder: string;
  /** `script` is a path from this folder; its first line is awaited. */
  readonly start: (script: string, args: readonly string[], how?: How) => Promise<Started>;
};

export async function openPrograms(): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-bench-'));
  const children = new Set<ChildProcess>();
  return {
    folder,
    async start(script, args, { core, env = {}, input } = {}) {
      const command = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args];
      const [program = '', ...rest] = pinned(command, core);
      const stdin = input === undefined ? 'ignore' : 'pipe';
      const child = spawn(program, rest, {
        stdio: [stdin, 'pipe', 'inherit'],
        env: { ...process.env, ...env },
      });
      children.add(child);
      child.once('exit', () => children.delete(child));
      child.stdin?.end(input);
      return { line: await firstLine(script, child), pid: child.pid ?? 0, stop: () => stop(child) };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...children].map(stop));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine(script: string, child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new Error(`expected ${script} to have a standard output`);
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with ${code} before it said anything`);
  });
  const [line] = await Promise.race([once(createInterface({ input: stdout }), 'line'), gone]);
  gone.catch(() => undefined);
  return String(line);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Where the machine can, a program keeps to one core, so that the proxies are measured and not the driver. */
function pinned(command: readonly string[], core: number | undefined): readonly string[] {
  const canPin = core !== undefined && existsSync('/usr/bin/taskset') && cpus().length >= 2;
  return canPin ? ['/usr/bin/taskset', '-c', String(core), ...command] : command;
}
