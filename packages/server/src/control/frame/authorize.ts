import type { Endpoint } from '@boomgate/contract';
import { isEnrolled, type Operator, takesFrom } from '../../identity/index.ts';
import { type Refusal, refuse } from './handler.ts';

type Refused = Refusal<
  'unauthenticated' | 'other_network' | 'person_required' | 'forbidden' | 'second_factor_required'
>;

/** Why the operator may not do this, by the contract's table and the networks of a key alone; undefined when they may. */
export function authorize(
  { access, personOnly }: Endpoint,
  operator: Operator | undefined,
  remote: string,
): Refused | undefined {
  if (access === 'public') return undefined;
  if (operator === undefined) return refuse('unauthenticated');
  if (operator.kind === 'api_key' && !takesFrom(operator.apiKey, remote))
    return refuse('other_network', { detail: `it is bound to networks, and ${remote} is in none of them` });
  if (personOnly === true && operator.kind !== 'person') return refuse('person_required');
  if (access === 'signed_in') return undefined;
  if (!operator.may(access)) return refuse('forbidden');
  const isMissing = operator.organization.requireSecondFactor && !hasSecondFactor(operator);
  if (!isMissing) return undefined;
  const isByProvider = operator.kind === 'person' && operator.session.provider !== undefined;
  return refuse('second_factor_required', isByProvider ? { detail: OF_PROVIDER } : {});
}

/** A code that is enrolled here would not count, and a passkey would. */
const OF_PROVIDER =
  'the organisation requires a second factor, and the provider does not say that it asked for one: have it set up there, or add a passkey and sign in with that';

/** Of a session that a provider began its word counts, not what its person could have shown here; keys need no more than their maker. */
function hasSecondFactor(operator: Operator): boolean {
  const { person } = operator;
  if (operator.kind === 'person' && operator.session.provider !== undefined)
    return operator.session.provider.askedSecondFactor;
  return isEnrolled(person) || person.passwordHash === undefined;
}
