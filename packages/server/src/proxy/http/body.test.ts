import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Budget } from '../../budget.ts';
import { MAX_BODY_BYTES, MAX_BODY_CHUNKS } from '../../limits/index.ts';
import { readBody } from './body.ts';

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
  expect(await bodyOf(MAX_BODY_CHUNKS, MAX_BODY_BYTES / MAX_BODY_CHUNKS)).toBe(MAX_BODY_BYTES);
  expect(await bodyOf(MAX_BODY_CHUNKS, 1)).toBe(MAX_BODY_CHUNKS);
  expect(await bodyOf(MAX_BODY_CHUNKS + 1, 1)).toBe('endless');
});
