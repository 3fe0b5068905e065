import type { Json } from '@boomgate/engine';
import { type AsJson, asJson, fits, isFlag, isNumber, isOneOf, isText, listOf, present } from './as-json.ts';

/** `validate` (policy language §6), as written. */
export type Validate =
  | {
      readonly kind: 'validate';
      readonly requiredArgs?: boolean | undefined;
      readonly schema?: boolean | undefined;
      readonly unknownArgs?: 'deny' | 'allow' | undefined;
    }
  | AsJson;

export function readValidate(json: Json): Validate {
  const checks = { required_args: isFlag, schema: isFlag, unknown_args: isOneOf('deny', 'allow') };
  if (!fits(json, checks)) return asJson(json);
  // Casts here and below: the checks looked at each of them.
  return {
    kind: 'validate',
    requiredArgs: json['required_args'] as boolean | undefined,
    schema: json['schema'] as boolean | undefined,
    unknownArgs: json['unknown_args'] as 'deny' | 'allow' | undefined,
  };
}

export function writeValidate(validate: Validate): Json {
  if (validate.kind === 'json') return validate.value;
  const { requiredArgs, schema, unknownArgs } = validate;
  return present({ required_args: requiredArgs, schema, unknown_args: unknownArgs });
}

/** `approval` (policy language §7), as written. */
export type Approval =
  | {
      readonly kind: 'approval';
      readonly timeout?: string | number | undefined;
      readonly approvers?: readonly string[] | undefined;
      readonly required?: number | undefined;
      readonly self?: boolean | undefined;
      readonly remember?: string | number | undefined;
    }
  | AsJson;

/** A length of time that a number and a unit can show; without a unit it is seconds. */
const isSpan = (value: Json): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+[smhd]$/.test(value));
const isRemembered = (value: Json): boolean => value === 'none' || value === 'session' || isSpan(value);

export function readApproval(json: Json): Approval {
  const checks = {
    timeout: isSpan,
    approvers: listOf(isText),
    required: isNumber,
    self: isFlag,
    remember: isRemembered,
  };
  if (!fits(json, checks)) return asJson(json);
  return {
    kind: 'approval',
    timeout: json['timeout'] as string | number | undefined,
    approvers: json['approvers'] as readonly string[] | undefined,
    required: json['required'] as number | undefined,
    self: json['self'] as boolean | undefined,
    remember: json['remember'] as string | number | undefined,
  };
}

export function writeApproval(approval: Approval): Json {
  if (approval.kind === 'json') return approval.value;
  const { approvers, remember, required, self, timeout } = approval;
  return present({ timeout, approvers, required, self, remember });
}
