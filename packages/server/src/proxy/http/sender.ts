import { senderOf } from '../../identity/index.ts';
import type { ProxyContext } from '../context.ts';

/** How to read where a request comes from, given how to read what is connected. */
export function senderReading(
  connected: ProxyContext['senderOf'],
  isBehindProxy: boolean,
): ProxyContext['senderOf'] {
  if (!isBehindProxy) return connected;
  return (request) => {
    const forwarded = request.headers['x-forwarded-for'];
    // Node joins those that come several times.
    return senderOf(connected(request), typeof forwarded === 'string' ? forwarded : undefined);
  };
}
