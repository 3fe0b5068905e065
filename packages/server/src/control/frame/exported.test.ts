import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Budget } from '../../budget.ts';
import { BusyError } from '../../identity/index.ts';
import { EXPORT_CHUNK_CHARACTERS, EXPORT_STALL_MS } from '../../limits/index.ts';
import { exported } from './exported.ts';
import { unbroken } from './unbroken.ts';

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
  return () => exported(ofContext, asked, { of: 'decisions', lines: lines() }).body;
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

it('ends its connection where it is cut off, says so in the log, and nothing in the terminal', async () => {
  const printed = vi.spyOn(console, 'error');
  const said: unknown[] = [];
  const log = { warn: (fields: unknown) => said.push(fields), info: () => undefined, error: () => undefined };
  const brokenOff = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(LINE)),
    pull: (controller) => controller.error(new Error('the database is away')),
  });
  const listener = getRequestListener((_request, env) =>
    unbroken(new Response(brokenOff, { headers: { 'content-type': 'text/csv' } }), { log }, env.outgoing),
  );
  await using server = await listening(createServer((request, response) => void listener(request, response)));
  await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow();
  expect(said).toEqual([{ error: 'Error: the database is away' }]);
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
});

async function listening(server: Server): Promise<AsyncDisposable & { readonly url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
