import type { Endpoint } from '@boomgate/contract';
import type { Operator } from '../../identity/index.ts';
import { type Refusal, refuse } from './handler.ts';

type Refused = Refusal<'unauthenticated' | 'person_required' | 'forbidden' | 'second_factor_required'>;

/** Why the operator may not do this, by the contract's table alone; undefined when they may. */
export function authorize(
  { access, personOnly }: Endpoint,
  operator: Operator | undefined,
): Refused | undefined {
  if (access === 'public') return undefined;
  if (operator === undefined) return refuse('unauthenticated');
  if (personOnly === true && operator.kind !== 'person') return refuse('person_required');
  if (access === 'signed_in') return undefined;
  if (!operator.may(access)) return refuse('forbidden');
  const { organization, person } = operator;
  const lacks = organization.requireSecondFactor && person.totp?.isConfirmed !== true;
  // Who signs in through a provider brings its second factor along.
  if (lacks && person.passwordHash !== undefined) return refuse('second_factor_required');
  return undefined;
}
