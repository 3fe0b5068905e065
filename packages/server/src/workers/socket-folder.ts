import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

const PREFIX = 'boomgate-workers-';
/** Milliseconds after which one that nobody listens in is left over: whoever has just made it is about to. */
const LEFT_MS = 60_000;

/** The socket of the process that holds the store. */
export const MAIN_SOCKET = 'main.sock';

/** A new folder in `parent` for the sockets of one gateway, which removes it; so are those of gateways that were killed. */
export async function newSocketFolder(parent: string): Promise<string> {
  for (const name of await readdir(parent))
    if (name.startsWith(PREFIX)) await removeLeft(join(parent, name)).catch(() => undefined);
  return mkdtemp(join(parent, PREFIX));
}

/** Others write to `parent` as well: what is there under such a name may be anything of anybody. */
async function removeLeft(folder: string): Promise<void> {
  const found = await lstat(folder);
  const isOwn = found.isDirectory() && found.uid === process.getuid?.();
  if (!isOwn || Date.now() - found.mtimeMs < LEFT_MS) return;
  if (await isLeft(join(folder, MAIN_SOCKET))) await rm(folder, { recursive: true });
}

/** Nobody listens there; one that stands still does. */
function isLeft(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'));
  });
}
