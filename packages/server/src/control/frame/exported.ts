import { BusyError, type Operator } from '../../identity/index.ts';
import { EXPORT_CHUNK_CHARACTERS, EXPORT_STALL_MS } from '../../limits/index.ts';
import type { ControlContext } from '../context.ts';
import { type Change, changed, type Done, done } from './handler.ts';
import { placeOf } from './places.ts';

type Asked = { readonly operator: Operator; readonly query: Readonly<Record<string, unknown>> };

/** What is read as a whole: a log, or who may do what. */
type LookedAt = 'audit' | 'decisions' | 'grants';

type Exported = {
  readonly of: LookedAt;
  readonly lines: AsyncIterable<string>;
};

/**
 * An export as it is written, a page of the log in memory, for as long as its reader takes something now and then. Its row tells what was
 * asked for.
 */
export function exported(
  { exports }: ControlContext,
  { operator, query }: Asked,
  { lines, of }: Exported,
): Done<ReadableStream<Uint8Array>> & { readonly change: Change | undefined } {
  const place = exports.shareFor(placeOf(operator));
  if (!place.take(1)) throw new BusyError('as many exports as may be are under way');
  return changed(done(bodyOf(lines, place.release)), lookAt(of, query));
}

/** What the row of a look says: at what, and what was looked for. */
export function lookAt(of: LookedAt, filter: Readonly<Record<string, unknown>>): Change {
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const after = Object.fromEntries(asked.map(([name, value]) => [name, String(value)]));
  const kind = of === 'grants' ? 'list' : 'log';
  return { target: { kind, id: of, name: of }, after };
}

function bodyOf(lines: AsyncIterable<string>, leave: () => void): ReadableStream<Uint8Array> {
  const chunks = encoded(lines);
  let stalled: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(stalled);
    leave();
    void chunks.return(undefined);
  };
  return new ReadableStream({
    async pull(controller) {
      clearTimeout(stalled);
      const next = await chunks.next().catch((error: unknown) => {
        end();
        throw error;
      });
      if (next.done === true) {
        end();
        controller.close();
        return;
      }
      controller.enqueue(next.value);
      stalled = setTimeout(() => {
        end();
        controller.error(new Error('the reader of an export takes nothing'));
      }, EXPORT_STALL_MS);
    },
    cancel: end,
  });
}

/** Many lines at once: each chunk is written by itself. The first one goes at once. */
async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder();
  let text = '';
  let least = 0;
  for await (const line of lines) {
    text += line;
    if (text.length <= least) continue;
    yield encoder.encode(text);
    text = '';
    least = EXPORT_CHUNK_CHARACTERS;
  }
  if (text !== '') yield encoder.encode(text);
  return undefined;
}
