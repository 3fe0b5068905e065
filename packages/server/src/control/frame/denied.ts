import { type Endpoint, isSafe, type ProblemCode } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import { FIRST_ORGANIZATION, GATEWAY } from '../../store/index.ts';
import type { ControlContext } from '../context.ts';
import { actorOf } from './audited.ts';
import type { Peer } from './peer.ts';

/** Refusals for who asks, and not for what is asked. */
const DENIALS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'unauthenticated',
  'wrong_credentials',
  'too_many_attempts',
  'forbidden',
  'person_required',
  'second_factor_required',
  'sign_on_refused',
  'other_network',
  'foreign_host',
  'foreign_origin',
  'csrf',
  'own_call',
  'not_an_approver',
  'own_proposal',
  'not_own_proposal',
]);

/** What a page meets that was open when its session ended, or whose person has still to enrol a second factor. */
const USUAL_READS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'unauthenticated',
  'second_factor_required',
]);

type Asked = {
  readonly context: ControlContext;
  readonly from: Peer;
  readonly operator: Operator | undefined;
};

/** Tells of a request that was refused for who makes it. Of whom nobody knows, the operator's organisation gets the row. */
export function noteDenial(
  { context, from, operator }: Asked,
  { endpoint, name }: { readonly endpoint: Endpoint; readonly name: string },
  code: ProblemCode,
): void {
  if (!DENIALS.has(code) || (isSafe(endpoint) && USUAL_READS.has(code))) return;
  context.refused({
    organization: operator?.organization.id ?? FIRST_ORGANIZATION,
    actor: operator === undefined ? { ...GATEWAY, address: from.remote } : actorOf(operator, from),
    target: { kind: 'endpoint', id: name, name },
    reason: code,
  });
}
