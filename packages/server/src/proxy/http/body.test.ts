import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Budget } from '../../budget.ts';
import { BODY_CHUNK_BYTES, MAX_BODY_BYTES } from '../../limits/index.ts';
import { readBody } from './body.ts';

const CHUNKS = MAX_BODY_BYTES / BODY_CHUNK_BYTES;

/** A body in chunks of so many bytes, as a stream gives them. */
async function bodyOf(chunks: number, bytes: number) {
  const stream = new PassThrough();
  const request = Object.assign(stream, { headers: {} }) as unknown as IncomingMessage; // a cast: what is read of one
  const budget = new Budget({ ofAll: MAX_BODY_BYTES, ofEach: MAX_BODY_BYTES });
  const body = readBody(request, budget.shareFor('grant'));
  for (let nth = 0; nth < chunks; nth += 1) stream.write(Buffer.alloc(bytes, 'a'));
  stream.end();
  const read = await body;
  return read.ok ? read.bytes : read.fault;
}

it('reads bodies of as many bytes as may be, in chunks of a packet, and of fewer in chunks of one byte', async () => {
  expect(await bodyOf(CHUNKS, BODY_CHUNK_BYTES)).toBe(MAX_BODY_BYTES);
  expect(await bodyOf(CHUNKS, 1)).toBe(CHUNKS);
  expect(await bodyOf(CHUNKS + 1, 1)).toBe('endless');
});
