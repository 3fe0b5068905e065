import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** Bytes of a file that a person names; more is surely the wrong file. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/** Milliseconds for which nothing may come of a pipe or a device, and between looks. */
const SILENCE_MS = 10_000;
const LOOK_MS = 20;

/**
 * The bytes of a file; undefined when it has more than `MAX_FILE_BYTES`, of which a device has no end. Rejects as the system does, and where nothing
 * comes. A pipe to which nobody writes must not be waited for by the system: no configuration would be read any more, and no end of the process.
 */
export async function readBytes(path: string, silenceMs = SILENCE_MS): Promise<Buffer | undefined> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const isPipe = (await handle.stat()).isFIFO();
    const pieces: Buffer[] = [];
    let held = 0;
    for (let silentMs = 0; held <= MAX_FILE_BYTES; ) {
      const piece = await readPiece(handle);
      const isAwaited = piece === undefined || (piece.length === 0 && isPipe && held === 0);
      if (!isAwaited && piece.length === 0) return Buffer.concat(pieces);
      if (isAwaited) {
        if (silentMs >= silenceMs) throw new Error(`nothing came within ${silenceMs} ms`);
        await pause(LOOK_MS);
      }
      silentMs = isAwaited ? silentMs + LOOK_MS : 0;
      if (piece !== undefined) pieces.push(piece);
      held += piece?.length ?? 0;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}

/** Undefined where something may still come; empty at the end, and of a pipe before anybody writes. */
async function readPiece(handle: FileHandle): Promise<Buffer | undefined> {
  try {
    // Where it stands, and not at a place: pipes have none.
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
