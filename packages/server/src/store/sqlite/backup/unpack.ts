import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../../contract.ts';
import { PRIVATE_FILE_MODE } from '../files.ts';
import { ByteReader } from './byte-reader.ts';
import { decrypted, MAGIC } from './cipher.ts';
import {
  damaged,
  MANIFEST_FILE,
  MAX_MANIFEST_BYTES,
  type Manifest,
  newDigest,
  readManifest,
} from './manifest.ts';
import { nameIn, paddingOf, readHeader, TAR_BLOCK, TAR_END } from './tar.ts';

/** Writes the files of a backup into an empty directory and holds every byte of them against the manifest. */
export async function unpack(
  file: string,
  directory: string,
  passphrase: string | undefined,
): Promise<Manifest> {
  const reader = new ByteReader(await plainOf(file, passphrase));
  const first = await readHeader(reader);
  if (first.name !== MANIFEST_FILE || first.bytes > MAX_MANIFEST_BYTES)
    throw damaged(`expected it to begin with ${MANIFEST_FILE}, found ${JSON.stringify(first.name)}`);
  const manifest = readManifest((await reader.take(first.bytes)).toString());
  await reader.take(paddingOf(first).length);
  for (const expected of manifest.files) {
    const member = await readHeader(reader);
    if (member.name !== expected.name || member.bytes !== expected.bytes)
      throw damaged(`expected ${expected.name}, found ${JSON.stringify(member.name)}`);
    const digest = await writeMember(join(directory, expected.name), reader.pass(member.bytes));
    if (digest !== expected.sha256) throw damaged(`${expected.name} is not as it was written`);
    await reader.take(paddingOf(member).length);
  }
  await reader.take(TAR_END.length);
  if (!(await reader.isAtEnd())) throw damaged('there is something after its end');
  return manifest;
}

async function plainOf(file: string, passphrase: string | undefined): Promise<AsyncIterable<Buffer>> {
  if ((await formOf(file)) === 'plain') return createReadStream(file);
  if (passphrase === undefined) {
    const text = `${file} is encrypted: give its passphrase with --passphrase-file`;
    throw new StoreError('unavailable', text);
  }
  return decrypted(new ByteReader(createReadStream(file)), passphrase);
}

/** By how it begins. What begins otherwise was never a backup, and is not called a damaged one. */
async function formOf(file: string): Promise<'plain' | 'encrypted'> {
  const head = await new ByteReader(createReadStream(file, { end: TAR_BLOCK - 1 })).takeUpTo(TAR_BLOCK);
  if (head.subarray(0, MAGIC.length).equals(MAGIC)) return 'encrypted';
  if (head.length === TAR_BLOCK && nameIn(head) === MANIFEST_FILE) return 'plain';
  const text = `${file} is not a backup that "boomgate backup" made, or its beginning was changed; nothing was changed`;
  throw new StoreError('unreadable', text);
}

async function writeMember(path: string, content: AsyncIterable<Buffer>): Promise<string> {
  const digest = newDigest();
  const handle = await open(path, 'wx', PRIVATE_FILE_MODE);
  try {
    for await (const piece of content) {
      digest.update(piece);
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return digest.digest('hex');
}
