import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { StoreError } from '../../contract.ts';
import { ByteReader } from './byte-reader.ts';
import { damaged } from './manifest.ts';

/** First bytes of an encrypted backup; the salt follows. */
export const MAGIC: Buffer = Buffer.from('boomgate encrypted backup 1\n', 'latin1');
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Bytes of plain text that are sealed together, so that neither side holds more in memory. */
const PIECE_BYTES = 64 * 1024;
/** Some 300 ms and 128 MiB for one guess at a passphrase. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const;
const MIN_PASSPHRASE = 12;
const MAX_PASSPHRASE = 1_024;

/** Throws `unavailable` for a passphrase that protects nothing. */
export function checkPassphrase(passphrase: string): void {
  const { length } = [...passphrase];
  if (length >= MIN_PASSPHRASE && length <= MAX_PASSPHRASE) return;
  const text = `expected a passphrase of ${MIN_PASSPHRASE} to ${MAX_PASSPHRASE} characters, found ${length}`;
  throw new StoreError('unavailable', text);
}

/**
 * AES-256-GCM over pieces, each with its number and whether it is the last in its nonce, as the STREAM construction has it:
 * pieces that are changed, moved, missing or of another file are noticed. Every file has a key of its own.
 */
export async function* encrypted(plain: AsyncIterable<Buffer>, passphrase: string): AsyncGenerator<Buffer> {
  checkPassphrase(passphrase);
  const salt = randomBytes(SALT_BYTES);
  const key = keyOf(passphrase, salt);
  yield Buffer.concat([MAGIC, salt]);
  const reader = new ByteReader(plain);
  for (let number = 0, isLast = false; !isLast; number += 1) {
    const piece = await reader.takeUpTo(PIECE_BYTES);
    isLast = await reader.isAtEnd();
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast));
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** The plain text, piece by piece, each only after it was found sound. Throws `unreadable`. */
export async function* decrypted(reader: ByteReader, passphrase: string): AsyncGenerator<Buffer> {
  await reader.take(MAGIC.length);
  const key = keyOf(passphrase, await reader.take(SALT_BYTES));
  for (let number = 0, isLast = false; !isLast; number += 1) {
    const piece = await reader.takeUpTo(PIECE_BYTES + TAG_BYTES);
    isLast = await reader.isAtEnd();
    if (piece.length < TAG_BYTES) throw damaged('it ends too early');
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, isLast));
    decipher.setAuthTag(piece.subarray(-TAG_BYTES));
    try {
      yield Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw damaged('the passphrase is wrong, or the file was changed', cause);
    }
  }
}

function keyOf(passphrase: string, salt: Buffer): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, KEY_BYTES, SCRYPT);
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}
