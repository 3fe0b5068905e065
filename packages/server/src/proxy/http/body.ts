import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from '../../limits/index.ts';

export type Body =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly fault: 'too_large' | 'not_utf8' | 'aborted' };

/** The whole body as text. Never a part of one: beyond the bound, or when the agent breaks off, there is none. */
export function readBody(request: IncomingMessage): Promise<Body> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      return resolve({ ok: false, fault: 'too_large' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        request.pause();
        resolve({ ok: false, fault: 'too_large' });
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(decode(chunks, bytes)));
    request.once('error', () => resolve({ ok: false, fault: 'aborted' }));
    request.once('close', () => resolve({ ok: false, fault: 'aborted' }));
  });
}

function decode(chunks: readonly Buffer[], bytes: number): Body {
  const [first] = chunks;
  const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes);
  return isUtf8(whole) ? { ok: true, text: whole.toString('utf8'), bytes } : { ok: false, fault: 'not_utf8' };
}
