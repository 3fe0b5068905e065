import type { AnswerOf, Endpoints } from '@boomgate/contract';
import type { GrantRecord } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { momentOf } from './moments.ts';

export type GrantAnswer = AnswerOf<Endpoints['grants']['show']>;

/** A grant, as the contract tells it. */
export async function showGrant(context: ControlContext, grant: GrantRecord): Promise<GrantAnswer> {
  const used = await context.store.grants.lastUsed([grant.id]);
  return grantAnswer(context, grant, used.get(grant.id));
}

/** The same of one of which it is known when it was last used, if it ever was. */
export function grantAnswer(
  { clock, declared }: ControlContext,
  grant: GrantRecord,
  lastUsedMs: number | undefined,
): GrantAnswer {
  const { createdAtMs, expiresAtMs, id, labels, mode, name, origin, owner, policy, server, stack } = grant;
  const { isTokenKept = false, networks, overlapEndsAtMs, ownerMaySignIn = false } = grant;
  const nowMs = clock.wallMs();
  const isOver = expiresAtMs !== undefined && expiresAtMs <= nowMs && grant.state !== 'revoked';
  const workloads = origin === 'file' ? declared(grant.organization).workloadsOf(name) : undefined;
  const overlaps = overlapEndsAtMs !== undefined && nowMs < overlapEndsAtMs;
  return {
    ...{ id, name, server, labels: { ...labels }, mode, origin, isTokenKept, ownerMaySignIn },
    state: isOver ? 'expired' : grant.state,
    ...(stack === undefined ? {} : { stack: stack.map((one) => ({ ...one })) }),
    ...(policy === undefined ? {} : { policy }),
    ...(owner === undefined ? {} : { owner }),
    createdAt: momentOf(createdAtMs),
    ...(expiresAtMs === undefined ? {} : { expiresAt: momentOf(expiresAtMs) }),
    ...(lastUsedMs === undefined ? {} : { lastRequestAt: momentOf(lastUsedMs) }),
    ...(networks === undefined ? {} : { networks: [...networks] }),
    ...(workloads === undefined ? {} : { workloads }),
    ...(overlaps ? { overlapEndsAt: momentOf(overlapEndsAtMs) } : {}),
  };
}
