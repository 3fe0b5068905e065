import { open } from 'node:fs/promises';

/** Bytes of a file that a person names; more is surely the wrong file. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/** The bytes of a file; undefined when it has more than `MAX_FILE_BYTES`, of which a device has no end. Rejects as the system does. */
export async function readBytes(path: string): Promise<Buffer | undefined> {
  const handle = await open(path, 'r');
  try {
    const pieces: Buffer[] = [];
    let held = 0;
    while (held <= MAX_FILE_BYTES) {
      // Where it stands, and not at a place: pipes have none.
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(pieces);
      pieces.push(buffer.subarray(0, bytesRead));
      held += bytesRead;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
