import type { IncomingMessage } from 'node:http';
import { BODY_CHUNK_BYTES } from '../limits/index.ts';

/** The body of a request, as far as it may be; what is refused is answered as well. */
export async function readText(
  request: IncomingMessage,
  mostBytes: number,
): Promise<{ readonly text: string } | 'too large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes || chunks.length >= mostBytes / BODY_CHUNK_BYTES) return 'too large';
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}
