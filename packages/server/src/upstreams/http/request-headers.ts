import type { Egress } from '../egress.ts';

/** The head that every request to a server begins with; the rest is added to a copy (gateway §6). */
export function baseHeaders(egress: Egress): readonly string[] {
  return [
    'accept',
    'application/json, text/event-stream',
    'content-type',
    'application/json',
    'accept-encoding',
    'identity',
    ...egress.ownHeaders,
  ];
}

/** The same for a request whose answer is a stream and nothing else. */
export function streamHeaders(egress: Egress): readonly string[] {
  return ['accept', 'text/event-stream', 'accept-encoding', 'identity', ...egress.ownHeaders];
}
