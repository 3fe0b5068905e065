import { createReadStream } from 'node:fs';
import { type ReadDefinition, readDefinition } from '@boomgate/catalogue';
import { readJson } from '@boomgate/engine';
import type { World } from '../world.ts';
import { readFailure } from './text-file.ts';

/** Bytes of one line at most: the largest definition that a server may send a gateway. */
const MAX_LINE = 4 * 1024 * 1024;
const BOUNDS = {
  maxDepth: 64,
  maxItems: 20_000,
  maxStringLength: 1024 * 1024,
  bigNumbers: 'pass',
} as const;
const NEW_LINE = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

export type ToolLine = { readonly line: number; readonly read: ReadDefinition };
type Bytes = AsyncIterable<Buffer | string>;

/**
 * The tools of a file of JSON lines, or of standard input for `-`, in lots as they arrive. A line that is no tool comes
 * with what is wrong with it; blank lines are left out. Throws a `ReadFailure` when the file cannot be read.
 */
export async function* toolLines(
  file: string,
  { output, stdin }: Pick<World, 'output' | 'stdin'>,
): AsyncGenerator<readonly ToolLine[]> {
  if (file === '-' && 'isTTY' in stdin && stdin.isTTY === true)
    output.note('reading from the terminal, one tool a line; Ctrl-D on a line of its own ends it');
  const source: Bytes = file === '-' ? stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  let line = 0;
  try {
    for await (const lot of lots(source)) {
      const read = lot.flatMap((bytes): readonly ToolLine[] => {
        line += 1;
        const one = readLine(bytes);
        return one === undefined ? [] : [{ line, read: one }];
      });
      yield read;
    }
  } catch (error) {
    throw readFailure(file, error);
  }
}

/** Complete lines of each chunk; what is over the limit is cut, which the reader sees from its length. */
async function* lots(source: Bytes): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer[] = [];
  let held = 0;
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEW_LINE); at >= 0; at = bytes.indexOf(NEW_LINE, from)) {
      lines.push(Buffer.concat([...rest, bytes.subarray(from, at)]));
      rest = [];
      held = 0;
      from = at + 1;
    }
    if (held <= MAX_LINE) rest.push(bytes.subarray(from));
    held += bytes.length - from;
    yield lines;
  }
  if (held > 0) yield [Buffer.concat(rest)];
}

function readLine(bytes: Buffer): ReadDefinition | undefined {
  if (bytes.length > MAX_LINE)
    return { ok: false, message: `expected a line of at most ${MAX_LINE} bytes, found a longer one` };
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, message: 'expected UTF-8 text, found other bytes' };
  }
  if (text.trim() === '') return undefined;
  const json = readJson(text, BOUNDS);
  return json.ok
    ? readDefinition(json.value)
    : { ok: false, message: `expected one JSON object: ${json.fault.message}` };
}
