import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FixtureKind } from './fixture/index.ts';

const MAIN = fileURLToPath(new URL('fixture/main.ts', import.meta.url));

type Entry = { readonly url: string } | { readonly command: string; readonly args: readonly string[] };

/** The entry of the gateway's `mcpServers` for a kind of fixture, and the process behind it when it is over HTTP. */
export async function startFixture(kind: FixtureKind): Promise<AsyncDisposable & { readonly entry: Entry }> {
  if (kind.startsWith('stdio'))
    return {
      entry: { command: process.execPath, args: [MAIN, kind] },
      [Symbol.asyncDispose]: async () => undefined,
    };
  const child = spawn(process.execPath, [MAIN, kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const port = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (child.exitCode !== null)
    throw new Error(`the fixture ended before it listened, with ${child.exitCode}`);
  return {
    entry: { url: `http://localhost:${port[0]}/mcp` },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
