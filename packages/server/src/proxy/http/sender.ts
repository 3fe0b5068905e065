import { senderOf, toldAddress } from '../../identity/index.ts';
import type { ProxyContext } from '../context.ts';

/** How to read where a request comes from, as it is told, given how to read what is connected. */
export function senderReading(
  connected: ProxyContext['senderOf'],
  isBehindProxy: boolean,
): ProxyContext['senderOf'] {
  return (request) => {
    const forwarded = isBehindProxy ? request.headers['x-forwarded-for'] : undefined;
    // Node joins those that come several times.
    return toldAddress(senderOf(connected(request), typeof forwarded === 'string' ? forwarded : undefined));
  };
}

/**
 * What tells senders apart before anybody looks at who they are, and afterwards costs nothing: the token that they present. The name of its
 * scheme has many spellings, by each of which one sender would be another.
 */
export function presentedIn(authorization = ''): string {
  return authorization.slice('Bearer '.length);
}
