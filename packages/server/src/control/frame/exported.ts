import { type Change, changed, type Done, done } from './handler.ts';

/** An export as it is written, a page of the log in memory. `filter` is what was asked for, which its row tells. */
export function exported(
  lines: AsyncIterable<string>,
  {
    filter,
    log,
  }: { readonly log: 'audit' | 'decisions'; readonly filter: Readonly<Record<string, unknown>> },
): Done<ReadableStream<Uint8Array>> & { readonly change: Change | undefined } {
  const body = ReadableStream.from(encoded(lines));
  return changed(done(body), lookAt(log, filter));
}

/** What the row of a look at a log says: which one, and what was looked for. */
export function lookAt(log: 'audit' | 'decisions', filter: Readonly<Record<string, unknown>>): Change {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const after = Object.fromEntries(asked.map(([name, value]) => [name, String(value)]));
  return { target: { kind: 'log', id: log, name: log }, after };
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of lines) yield encoder.encode(line);
}
