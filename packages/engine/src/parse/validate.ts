import type { Validate } from '../policy.ts';
import { fields, flag, oneOf, type Place } from './place.ts';

/** `validate` (§6); undefined when it asks for nothing. */
export function readValidate(place: Place | undefined): Validate | undefined {
  const of = place && fields(place, ['required_args', 'schema', 'unknown_args'], '"validate"');
  if (of === undefined) return undefined;
  return something({
    requiredArgs: flag(of.get('required_args'), '"required_args"') ?? false,
    schema: flag(of.get('schema'), '"schema"') ?? false,
    unknownArgs: oneOf(of.get('unknown_args'), ['deny', 'allow'] as const, '"unknown_args"') ?? 'allow',
  });
}

/** What several rules of one entry ask for together. */
export function joinValidates(all: readonly Validate[]): Validate | undefined {
  return something({
    requiredArgs: all.some((validate) => validate.requiredArgs),
    schema: all.some((validate) => validate.schema),
    unknownArgs: all.some((validate) => validate.unknownArgs === 'deny') ? 'deny' : 'allow',
  });
}

function something(validate: Validate): Validate | undefined {
  return validate.requiredArgs || validate.schema || validate.unknownArgs === 'deny' ? validate : undefined;
}
