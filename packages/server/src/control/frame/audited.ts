import type { Endpoint, ProblemCode } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import type { Actor } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import type { Done, Refusal } from './handler.ts';
import type { Peer } from './peer.ts';

type Result = Done<unknown> | Refusal<ProblemCode>;

type Asked = {
  readonly context: ControlContext;
  readonly operator: Operator | undefined;
  readonly from: Pick<Peer, 'remote'>;
};

/**
 * Handles a request and leaves the row of what it changed in the audit log, before anybody is answered. A change whose row
 * cannot be written is answered as a failure: nobody takes for done what is not on record.
 */
export async function audited(
  { context, from, operator }: Asked,
  { audit }: Endpoint,
  handle: () => Promise<Result>,
): Promise<Result> {
  const result = await handle();
  if (!result.ok || result.change === undefined) return result;
  const { change, ...answer } = result;
  const { by = operator, ...what } = change;
  if (by === undefined || audit === undefined)
    throw new TypeError('expected who made a change, and an action in the contract');
  await context.store.audit.record({
    organization: by.organization.id,
    actor: actorOf(by, from),
    action: audit,
    ...what,
  });
  return answer;
}

/** Who changes something, as the audit log names them: an API key together with who made it. */
export function actorOf(operator: Operator, { remote }: Pick<Peer, 'remote'>): Actor {
  const { email, id } = operator.person;
  if (operator.kind === 'person')
    return { kind: 'person', id, name: email, via: 'dashboard', address: remote };
  const { apiKey } = operator;
  return { kind: 'api_key', id: apiKey.id, name: `${apiKey.name} of ${email}`, via: 'api', address: remote };
}
