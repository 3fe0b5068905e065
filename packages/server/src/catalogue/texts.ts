import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { fileFault } from '../file-faults.ts';
import { DOCUMENT_BYTES, LINE_BYTES, LOT_BYTES, RECORD_BYTES, UNPACKED_BYTES } from './bounds.ts';
import { CatalogueError } from './contract.ts';

/** Lines of a file, in lots; or all of it, where its first line is no JSON text by itself. */
type Texts =
  | { readonly kind: 'lines'; readonly lots: AsyncIterable<Lot> }
  | { readonly kind: 'document'; readonly text: string };
/** `first` is the number of the first line, `share` how much of the file was read. */
type Lot = { readonly texts: readonly string[]; readonly first: number; readonly share: number };

const NEW_LINE = 0x0a;

/** Reads a file, unpacking what gzip packed. Rejects with `CatalogueError` `unreadable`. */
export async function readTexts(file: string): Promise<Texts> {
  try {
    const { size } = await stat(file);
    const source = new Source(file, await isPacked(file), size);
    const head = await source.untilLine();
    if (isJson(head)) return { kind: 'lines', lots: linesOf(source) };
    return { kind: 'document', text: await source.rest() };
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function isPacked(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, one chunk after the other. */
class Source {
  readonly file: string;
  readonly #size: number;
  readonly #raw;
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer[] = [];
  #unpacked = 0;

  constructor(file: string, packed: boolean, size: number) {
    this.file = file;
    this.#size = size;
    this.#raw = createReadStream(file, { highWaterMark: 256 * 1024 });
    const stream = packed ? this.#raw.pipe(createGunzip({ chunkSize: 256 * 1024 })) : this.#raw;
    if (packed) this.#raw.once('error', (error) => stream.destroy(error));
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // without an encoding chunks are buffers
  }

  get share(): number {
    return this.#size === 0 ? 1 : Math.min(1, this.#raw.bytesRead / this.#size);
  }

  async next(): Promise<Buffer | undefined> {
    const held = this.#held.shift();
    if (held !== undefined) return held;
    const { done, value } = await this.#chunks.next();
    if (done === true) return undefined;
    this.#unpacked += value.length;
    if (this.#unpacked > UNPACKED_BYTES)
      throw new Error(`expected at most ${UNPACKED_BYTES} bytes when unpacked, found more`);
    return value;
  }

  /** The first line that is not blank; what was read of it stays to be read. */
  async untilLine(): Promise<string> {
    const read: Buffer[] = [];
    let bytes = 0;
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      read.push(chunk);
      bytes += chunk.length;
      if (chunk.includes(NEW_LINE) || bytes > RECORD_BYTES) break;
    }
    this.#held = [...read, ...this.#held];
    const text = Buffer.concat(read).toString().trimStart();
    const end = text.indexOf('\n');
    return end < 0 ? text : text.slice(0, end);
  }

  async rest(): Promise<string> {
    const read: Buffer[] = [];
    let bytes = 0;
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      bytes += chunk.length;
      if (bytes > DOCUMENT_BYTES)
        throw new Error(
          `expected one JSON document of at most ${DOCUMENT_BYTES} bytes, found more: write one record a line instead`,
        );
      read.push(chunk);
    }
    return Buffer.concat(read).toString();
  }
}

async function* linesOf(source: Source): AsyncGenerator<Lot> {
  let rest: Buffer[] = [];
  let held = 0;
  let first = 1;
  let lot: string[] = [];
  let bytes = 0;
  try {
    for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
      let from = 0;
      for (let at = chunk.indexOf(NEW_LINE); at >= 0; at = chunk.indexOf(NEW_LINE, from)) {
        // A line that is too long is cut, which its reader sees from its length.
        const line = Buffer.concat([...rest, chunk.subarray(from, at)]).toString();
        lot.push(line);
        bytes += line.length + LINE_BYTES;
        rest = [];
        held = 0;
        from = at + 1;
        if (bytes < LOT_BYTES) continue;
        yield { texts: lot, first, share: source.share };
        first += lot.length;
        lot = [];
        bytes = 0;
      }
      if (held <= RECORD_BYTES) rest.push(chunk.subarray(from));
      held += chunk.length - from;
    }
    if (held > 0) lot.push(Buffer.concat(rest).toString());
    if (lot.length > 0) yield { texts: lot, first, share: 1 };
  } catch (error) {
    throw unreadable(source.file, error);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function unreadable(file: string, error: unknown): CatalogueError {
  if (error instanceof CatalogueError) return error;
  return new CatalogueError('unreadable', `${file}: cannot be read: ${fileFault(error)}`);
}
