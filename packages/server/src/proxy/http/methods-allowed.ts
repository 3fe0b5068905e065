import { MODERN_VERSION } from '../../upstreams/index.ts';
import type { Endpoint } from './address.ts';
import type { Caller } from './caller.ts';
import { plain, type Reply } from './reply.ts';

const ALLOWED = {
  mcp: 'GET, POST, DELETE',
  sse: 'GET',
  message: 'POST',
} satisfies Record<Endpoint, string>;

/** A modern agent has no streams of its own and so no use for `GET` (P §1.3). */
const MODERN_ALLOWED = 'POST, DELETE';

/** The answer to an HTTP method that means nothing at this address. */
export function refuseMethod({ address, headers }: Pick<Caller, 'address' | 'headers'>): Reply {
  const isModern = address.endpoint === 'mcp' && headers['mcp-protocol-version'] === MODERN_VERSION;
  const allow = isModern ? MODERN_ALLOWED : ALLOWED[address.endpoint];
  return { ...plain(405, 'method_not_allowed', `expected ${allow}`), headers: { allow } };
}
