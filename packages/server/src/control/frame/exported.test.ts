import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Budget } from '../../budget.ts';
import { BusyError } from '../../identity/index.ts';
import { EXPORT_CHUNK_CHARACTERS, EXPORT_STALL_MS } from '../../limits/index.ts';
import { exported } from './exported.ts';

const LINE = `${'x'.repeat(99)}\n`;
/** Of more than one chunk. */
const LINES = 3 * Math.ceil(EXPORT_CHUNK_CHARACTERS / LINE.length);

/** Of somebody who may read one at a time. */
function opener(): () => ReadableStream<Uint8Array> {
  const context = { exports: new Budget({ ofAll: 2, ofEach: 1 }) };
  const operator = { kind: 'person', person: { id: 'ann' } };
  async function* lines(): AsyncGenerator<string> {
    for (let at = 0; at < LINES; at += 1) yield LINE;
  }
  // Casts: nothing else of either is looked at.
  const asked = { operator, query: {} } as unknown as Parameters<typeof exported>[1];
  const ofContext = context as unknown as Parameters<typeof exported>[0];
  return () => exported(ofContext, asked, { log: 'decisions', lines: lines() }).body;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps a place until it is read to its end, or given up', async () => {
  const open = opener();
  const first = open();
  expect(open).toThrow(BusyError);
  expect(await text(first)).toHaveLength(LINES * LINE.length);
  await open().cancel();
  open();
  expect(open).toThrow(BusyError);
});

it('is cut off when its reader takes nothing, and not before', async () => {
  const open = opener();
  const reader = open().getReader();
  await reader.read();
  await vi.advanceTimersByTimeAsync(EXPORT_STALL_MS - 1);
  expect((await reader.read()).done).toBe(false);
  await vi.advanceTimersByTimeAsync(EXPORT_STALL_MS);
  await expect(reader.read().then(() => reader.read())).rejects.toThrow();
  open();
});
