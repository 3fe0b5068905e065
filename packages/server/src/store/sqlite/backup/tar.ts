import type { ByteReader } from './byte-reader.ts';
import { damaged } from './manifest.ts';

/** POSIX ustar, so that `tar` can open a backup on any machine. */
export const TAR_BLOCK = 512;
/** Where fields stand in a header, and how long they are. */
const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const CHECKSUM = { at: 148, length: 8 };
/** Sizes above what eleven octal digits hold are written in binary, as GNU and BSD tar do. */
const MAX_OCTAL = 8 ** 11 - 1;
const BINARY = 0x80;

type Member = { readonly name: string; readonly bytes: number };

/** The header of a member; its content follows, then `padding`. */
export function headerOf({ bytes, name }: Member, madeAtMs: number): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  header.write(name, NAME.at, 'latin1');
  header.write('0000600\0', 100, 'latin1');
  header.write('0000000\0'.repeat(2), 108, 'latin1');
  writeSize(header, bytes);
  header.write(`${octal(Math.floor(madeAtMs / 1000), 11)}\0`, 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(`${octal(checksumOf(header), 6)}\0 `, CHECKSUM.at, 'latin1');
  return header;
}

export function paddingOf({ bytes }: Member): Buffer {
  return Buffer.alloc((TAR_BLOCK - (bytes % TAR_BLOCK)) % TAR_BLOCK);
}

/** What stands after the last member. */
export const TAR_END: Buffer = Buffer.alloc(2 * TAR_BLOCK);

/** The next member, whose content is to be read before anything else; throws `unreadable` when there is none. */
export async function readHeader(reader: ByteReader): Promise<Member> {
  const header = await reader.take(TAR_BLOCK);
  const checksum = Number.parseInt(header.toString('latin1', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length), 8);
  if (checksum !== checksumOf(header)) throw damaged('it is not an archive, or it was changed');
  return { name: nameIn(header), bytes: readSize(header) };
}

/** The name that stands in a header. */
export function nameIn(header: Buffer): string {
  return header.toString('latin1', NAME.at, NAME.at + NAME.length).replace(/\0.*$/s, '');
}

function writeSize(header: Buffer, bytes: number): void {
  if (bytes <= MAX_OCTAL) {
    header.write(`${octal(bytes, 11)}\0`, SIZE.at, 'latin1');
    return;
  }
  header[SIZE.at] = BINARY;
  header.writeBigUInt64BE(BigInt(bytes), SIZE.at + SIZE.length - 8);
}

function readSize(header: Buffer): number {
  const size =
    header[SIZE.at] === BINARY
      ? Number(header.readBigUInt64BE(SIZE.at + SIZE.length - 8))
      : Number.parseInt(header.toString('latin1', SIZE.at, SIZE.at + SIZE.length), 8);
  if (!Number.isSafeInteger(size)) throw damaged('a member has no size');
  return size;
}

/** Of a header whose checksum counts as blanks. */
function checksumOf(header: Buffer): number {
  const end = CHECKSUM.at + CHECKSUM.length;
  return header.reduce((sum, byte, at) => sum + (at >= CHECKSUM.at && at < end ? 0x20 : byte), 0);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
