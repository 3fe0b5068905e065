import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** As a person runs it from a checkout. */
const LAUNCHER = fileURLToPath(new URL('../../../bin/boomgate', import.meta.url));
/** As it is published, where `npm test` has built that; it starts twice as fast. */
export const BOOMGATE = process.env['BOOMGATE_PROGRAM'] ?? LAUNCHER;

export type Ran = { readonly stdout: string; readonly stderr: string; readonly code: number | null };

type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
};

/** Where commands keep what they are not told to keep elsewhere; gone with the tests. */
const DATA = mkdtempSync(join(tmpdir(), 'boomgate-cli-data-'));
process.once('exit', () => rmSync(DATA, { recursive: true, force: true }));

/** An environment without colours and without anything of the person who runs the tests. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', XDG_DATA_HOME: DATA, TZ: 'UTC', ...more };
}

/** Runs the command to its end. */
export function boomgate(args: readonly string[], { env, cwd, input }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(BOOMGATE, args, { env: cleanEnvironment(env), cwd: cwd ?? tmpdir() });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code }),
    );
    child.stdin.end(input ?? '');
  });
}

/** A folder of a test's own, gone when it is disposed of. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'boomgate-cli-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
