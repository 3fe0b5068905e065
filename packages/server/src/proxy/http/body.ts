import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from '../../limits/index.ts';
import type { Share } from './body-budget.ts';

export type Body =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly fault: 'too_large' | 'no_room' | 'not_utf8' | 'aborted' };

/** The whole body as text. Never a part of one: beyond a bound, or when the agent breaks off, there is none. */
export function readBody(request: IncomingMessage, share: Share): Promise<Body> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      return resolve({ ok: false, fault: 'too_large' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (fault: 'too_large' | 'no_room' | 'aborted') => {
      request.off('data', onData).pause();
      // What came so far is not kept while the refusal is on its way.
      chunks.length = 0;
      resolve({ ok: false, fault });
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) stop('too_large');
      else if (share.take(chunk.length)) chunks.push(chunk);
      else stop('no_room');
    };
    request.on('data', onData);
    request.on('end', () => resolve(decode(chunks, bytes)));
    // An agent that breaks off is known by this alone: without a listener Node keeps the error to itself.
    request.on('close', () => request.readableEnded || stop('aborted'));
  });
}

function decode(chunks: readonly Buffer[], bytes: number): Body {
  const [first] = chunks;
  const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes);
  return isUtf8(whole) ? { ok: true, text: whole.toString('utf8'), bytes } : { ok: false, fault: 'not_utf8' };
}
