import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Share } from '../../budget.ts';
import { BODY_CHUNK_BYTES, MAX_BODY_BYTES, MAX_UNREAD_BYTES } from '../../limits/index.ts';

export type Body =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly fault: BodyFault };
/** Too large by what it said, which runs out by itself, or without an end in sight. */
type BodyFault = 'too_large' | 'endless' | 'no_room' | 'not_utf8' | 'aborted';

/** The whole body as text. Never a part of one: beyond a bound, or when the agent breaks off, there is none. */
export function readBody(request: IncomingMessage, share: Share): Promise<Body> {
  return new Promise((resolve) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > MAX_BODY_BYTES)
      return resolve({ ok: false, fault: announced > MAX_UNREAD_BYTES ? 'endless' : 'too_large' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (fault: 'endless' | 'no_room' | 'aborted') => {
      request.off('data', onData).pause();
      // What came so far is not kept while the refusal is on its way.
      chunks.length = 0;
      resolve({ ok: false, fault });
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES || chunks.length >= MAX_BODY_BYTES / BODY_CHUNK_BYTES) stop('endless');
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
