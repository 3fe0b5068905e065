import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checked } from '../../report/index.ts';

/** Bytes that are free at least: below, the next commit may be the one that fails. */
const FREE_BYTES_MIN = 100 * 1024 * 1024;
/** Bytes below which somebody should know. */
const FREE_BYTES_LOW = 1024 * 1024 * 1024;

/** Kinds of file systems on which locks are not to be trusted, by the numbers that Linux has for them. */
const NETWORK_KINDS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x65735546, 'FUSE'],
]);

/** The data folder as the system has it: who may read it, how much room there is, and on what it lies. */
export async function checkFolder(data: string): Promise<readonly Checked[]> {
  const found = await stat(data).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    const isMissing = found.code === 'ENOENT';
    const reason = isMissing ? `${data} does not exist yet` : `${data}: ${found.message}`;
    const mend = isMissing
      ? 'boomgate up creates it; or name another with --data'
      : 'correct its permissions';
    return [{ check: 'data folder', state: isMissing ? 'note' : 'wrong', found: reason, mend }];
  }
  if (!found.isDirectory())
    return [
      {
        check: 'data folder',
        state: 'wrong',
        found: `${data} is not a folder`,
        mend: 'name a folder with --data',
      },
    ];
  return [await permissionsOf(data, found.mode), ...(await fileSystemOf(data))];
}

async function permissionsOf(data: string, mode: number): Promise<Checked> {
  const check = 'data folder';
  const mayWrite = await access(data, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!mayWrite)
    return {
      check,
      state: 'wrong',
      found: `${data} is not writable`,
      mend: 'run this as the user who owns it, or chown it',
    };
  const open = process.platform === 'win32' ? [] : await readableByOthers(data, mode);
  if (open.length === 0) return { check, state: 'ok', found: data };
  const found = `others may read ${open.join(', ')}`;
  return { check, state: 'wrong', found, mend: `chmod -R go-rwx ${data}` };
}

/** The files with keys and rows; the folder itself matters only while they are open too. */
async function readableByOthers(data: string, mode: number): Promise<readonly string[]> {
  if ((mode & 0o077) === 0) return [];
  const names = (await readdir(data)).filter((name) => /^(?:boomgate|catalogue)\.db|^keys\.json$/.test(name));
  const open: string[] = [];
  for (const name of names) if (((await stat(join(data, name))).mode & 0o077) !== 0) open.push(name);
  return open;
}

async function fileSystemOf(data: string): Promise<readonly Checked[]> {
  const { bavail, bsize, type } = await statfs(data);
  const free = bavail * bsize;
  const found = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  const mend = 'make room: without it nothing can be recorded, and every call is refused';
  const state = free < FREE_BYTES_MIN ? 'wrong' : free < FREE_BYTES_LOW ? 'note' : 'ok';
  const space: Checked = { check: 'disk space', state, found, ...(state === 'ok' ? {} : { mend }) };
  return [space, kindOf(process.platform === 'linux' ? type : undefined)];
}

export function kindOf(type: number | undefined): Checked {
  const check = 'file system';
  if (type === undefined) return { check, state: 'skipped', found: 'this system does not tell' };
  const network = NETWORK_KINDS.get(type);
  if (network === undefined) return { check, state: 'ok', found: 'local' };
  const mend =
    'keep the data folder on a local disk: elsewhere locks may fail, and two gateways would each admit a full limit';
  return { check, state: 'wrong', found: `${network} under the data folder`, mend };
}
