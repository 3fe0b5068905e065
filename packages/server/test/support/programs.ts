import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The entry file of an MCP server from npm. */
export function npmServer(name: 'everything' | 'filesystem' | 'memory'): string {
  return fileURLToPath(
    new URL(`node_modules/@modelcontextprotocol/server-${name}/dist/index.js`, `file://${ROOT}`),
  );
}

/** Runs `server-everything` over Streamable HTTP, on a free port unless one is given, until disposed. */
export async function everythingOverHttp(
  given?: number,
): Promise<AsyncDisposable & { readonly url: string }> {
  const port = given ?? (await freePort());
  const child = spawn(process.execPath, [npmServer('everything'), 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  await until(() =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  );
  return { url, [Symbol.asyncDispose]: () => ended(child) };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Waits for a condition, on a machine that may be busy with much else; one that takes long to tell is asked less often. Fails after 40 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 40_000;
  for (;;) {
    const askedMs = performance.now();
    if (await condition()) return;
    const now = performance.now();
    if (now > deadline) throw new Error('the condition did not come true within 40 s');
    await new Promise((resolve) => setTimeout(resolve, Math.max(20, 2 * (now - askedMs))));
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
