import { damaged } from './manifest.ts';

/** Takes given numbers of bytes from a stream of pieces of any size. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  /** Exactly so many; throws `unreadable` when the stream ends before. */
  async take(bytes: number): Promise<Buffer> {
    const taken = await this.takeUpTo(bytes);
    if (taken.length < bytes) throw damaged('it ends too early');
    return taken;
  }

  /** Fewer only at the end of the stream. */
  async takeUpTo(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.#parts(bytes)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** So many bytes as they come; throws `unreadable` when the stream ends before. */
  async *pass(bytes: number): AsyncGenerator<Buffer> {
    let missing = bytes;
    for await (const part of this.#parts(bytes)) {
      missing -= part.length;
      yield part;
    }
    if (missing > 0) throw damaged('it ends too early');
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  async *#parts(bytes: number): AsyncGenerator<Buffer> {
    for (let missing = bytes; missing > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) return;
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      this.#rest = next.value;
      if (next.value.length > 0) return true;
    }
  }
}
