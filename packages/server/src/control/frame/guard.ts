import { timingSafeEqual } from 'node:crypto';
import { csrfOf, type Operator } from '../../identity/index.ts';
import type { ControlContext } from '../context.ts';
import { type Refusal, refuse } from './handler.ts';
import type { Peer } from './peer.ts';

/**
 * Whether the page that makes a change is one of the gateway's own. A cookie comes along whoever asks, so a session must show
 * the origin and its CSRF token; an API key is presented on purpose. Without either, a browser that names its page is believed.
 */
export function guardChange(
  context: ControlContext,
  from: Peer,
  operator: Operator | undefined,
): Refusal<'foreign_origin' | 'csrf'> | undefined {
  if (operator?.kind === 'api_key') return undefined;
  if (operator === undefined && from.origin === undefined) return siteFault(from);
  if (!isOwnOrigin(context, from)) return refuse('foreign_origin');
  if (operator === undefined) return siteFault(from);
  return (
    siteFault(from) ??
    (isSame(from.csrf, csrfOf(context.people, operator.session)) ? undefined : refuse('csrf'))
  );
}

/** Exact, with the port: other programs of the machine have origins on loopback too. */
function isOwnOrigin({ url }: ControlContext, { host, origin }: Peer): boolean {
  if (origin === undefined) return false;
  return origin === new URL(url()).origin || origin === `http://${host}` || origin === `https://${host}`;
}

function siteFault({ site }: Peer): Refusal<'foreign_origin'> | undefined {
  return site === undefined || site === 'same-origin' ? undefined : refuse('foreign_origin');
}

function isSame(given: string | undefined, expected: string): boolean {
  const one = Buffer.from(given ?? '');
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}
