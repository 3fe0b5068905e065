import type { IncomingHttpHeaders } from 'node:http';
import { type Failing, failing } from '../failures.ts';

/**
 * An answer that leads elsewhere. Nothing is sent there: what was asked, and the credentials with it, are for the address of the settings. Where
 * a slash at its end is all that differs, that is said, as many frameworks want it the one way or the other.
 */
export function redirected(
  from: URL | undefined,
  status: number,
  { location }: IncomingHttpHeaders,
): Failing {
  const mend = from === undefined ? '' : slashMend(from, URL.parse(location ?? '', from.href));
  return failing('bad_answer', `answered with a redirect (HTTP ${status}), which is not followed${mend}`, {
    acted: 'maybe',
    httpStatus: status,
    message: `the server answers that it is at another address, and the gateway does not follow; whoever runs the gateway can correct the address of this server${mend}`,
  });
}

function slashMend(from: URL, to: URL | null): string {
  if (to === null || to.origin !== from.origin || to.search !== from.search) return '';
  if (to.pathname === `${from.pathname}/`) return ': its url needs a slash at the end of its path';
  if (`${to.pathname}/` === from.pathname) return ': its url has a slash too many at the end of its path';
  return '';
}
