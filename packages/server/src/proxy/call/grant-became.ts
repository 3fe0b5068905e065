import type { OutcomeRow } from '../../store/index.ts';
import type { AgentRequest } from '../request.ts';

type Fact = Pick<OutcomeRow, 'grantBecame'>;

/** Of nearly every call; the same object for all. */
const STILL_GOOD: Fact = {};

/**
 * What the outcome of a forwarded request says of a grant that ended, or was paused or stopped, while the request was under way. Such a
 * request finishes: what the server did is done. Two look-ups in memory.
 */
export function grantBecame({ context, pass }: AgentRequest): Fact {
  const grant = context.store.grants.findByTokenHash(pass.tokenHash);
  if (grant === undefined) return { grantBecame: 'gone' };
  if (grant.state !== 'active') return { grantBecame: grant.state };
  if (context.registry(grant.organization).isStopped) return { grantBecame: 'stopped' };
  const { expiresAtMs } = grant;
  const isOver = expiresAtMs !== undefined && context.clock.wallMs() >= expiresAtMs;
  return isOver ? { grantBecame: 'expired' } : STILL_GOOD;
}
