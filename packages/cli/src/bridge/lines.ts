import { StringDecoder } from 'node:string_decoder';

/** Bytes of one line at most, as MCP's own stdio transports have it. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;

export type Line =
  | { readonly kind: 'line'; readonly text: string }
  /** The rest of the line was read and dropped. */
  | { readonly kind: 'too_long' };

/** The lines of a stream, without their breaks and without blank ones; a last line without a break counts. */
export async function* readLines(input: AsyncIterable<Buffer | string>): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let size = 0;
  const finish = (): Line | undefined => {
    const text = parts.join('').replace(/\r$/, '');
    const tooLong = size > MAX_LINE_BYTES;
    parts = [];
    size = 0;
    if (tooLong) return { kind: 'too_long' };
    return text.trim() === '' ? undefined : { kind: 'line', text };
  };
  const keep = (part: string): void => {
    size += Buffer.byteLength(part);
    if (size > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  };

  for await (const chunk of input) {
    const pieces = decoder.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk).split('\n');
    for (const [index, piece] of pieces.entries()) {
      keep(piece);
      const line = index < pieces.length - 1 ? finish() : undefined;
      if (line !== undefined) yield line;
    }
  }
  const last = finish();
  if (last !== undefined) yield last;
}
