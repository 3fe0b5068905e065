import type { JsonObject } from '@boomgate/engine';
import type { Actor, GrantState } from '../../contract.ts';
import type { SqlExecutor } from '../executor.ts';
import type { Work } from '../work.ts';
import type { Held } from './row.ts';

export const STATE_ACTIONS = {
  active: 'grant.resumed',
  paused: 'grant.paused',
  revoked: 'grant.revoked',
} as const satisfies Record<GrantState, string>;

type Noted = {
  readonly by: Actor;
  readonly before?: Held;
  readonly after?: Held;
  /** What it was made for. */
  readonly cause?: JsonObject;
};

/** What the audit log is told of a grant, in the transaction that is open. */
export function* note(
  executor: SqlExecutor,
  action: string,
  { after, before, by, cause }: Noted,
): Work<void> {
  const grant = (after ?? before)?.grant;
  if (grant === undefined) return;
  yield* executor.note({
    organization: grant.organization,
    actor: by,
    action,
    target: { kind: 'grant', id: grant.id, name: grant.name },
    ...(before === undefined ? {} : { before: factsOf(before, executor) }),
    ...(after === undefined ? {} : { after: { ...factsOf(after, executor), ...cause } }),
  });
}

/** Of the token, of which mostly only the hash is known anyway, a fingerprint. */
function factsOf({ grant, tokenHash }: Held, { fingerprint }: SqlExecutor): JsonObject {
  const { id: _id, name, organization: _organization, stack, ...facts } = grant;
  const members = stack?.map(({ server, policy }) => ({ server, policy: policy ?? null }));
  return {
    name,
    ...facts,
    ...(members === undefined ? {} : { stack: members }),
    token: fingerprint(tokenHash),
  };
}
