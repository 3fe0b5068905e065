import { isJsonObject, type Json, OPERATORS, type Operator } from '@boomgate/engine';
import { type AsJson, asJson, fits, isAnything, isFlag, isOneOf, isText, present } from './as-json.ts';

/** The engine's condition, with its path as it was written. */
export type Condition = Comparison | Joined | Not | AsJson;

export type Comparison = {
  readonly kind: 'compare';
  readonly path: string;
  readonly op: Operator;
  readonly value: Json;
  /** As written: false and absent mean the same. */
  readonly ignoreCase?: boolean;
};
type Joined = { readonly kind: 'any' | 'all'; readonly of: readonly Condition[] };
type Not = { readonly kind: 'not'; readonly of: Condition };

const COMPARISON = { path: isText, op: isOneOf(...OPERATORS), value: isAnything, ignore_case: isFlag };

export function readCondition(json: Json): Condition {
  // Its two answers are all that a form of `exists` can show.
  const checks =
    isJsonObject(json) && json['op'] === 'exists' ? { ...COMPARISON, value: isFlag } : COMPARISON;
  if (fits(json, checks, ['path', 'op', 'value'])) return readComparison(json);
  const [key, ...more] = isJsonObject(json) ? Object.keys(json) : [];
  if (key === undefined || more.length > 0 || !isJsonObject(json)) return asJson(json);
  const of = json[key] ?? null;
  if (key === 'not') return { kind: 'not', of: readCondition(of) };
  if ((key === 'any' || key === 'all') && Array.isArray(of)) return { kind: key, of: of.map(readCondition) };
  return asJson(json);
}

function readComparison(json: { readonly [key: string]: Json }): Comparison {
  const ignoreCase = json['ignore_case'];
  return {
    kind: 'compare',
    // The checks above looked at each of them.
    path: json['path'] as string,
    op: json['op'] as Operator,
    value: json['value'] ?? null,
    ...(ignoreCase === undefined ? {} : { ignoreCase: ignoreCase === true }),
  };
}

export function writeCondition(condition: Condition): Json {
  switch (condition.kind) {
    case 'json':
      return condition.value;
    case 'not':
      return { not: writeCondition(condition.of) };
    case 'any':
    case 'all':
      return { [condition.kind]: condition.of.map(writeCondition) };
    case 'compare': {
      const { ignoreCase, op, path, value } = condition;
      return present({ path, op, value, ignore_case: ignoreCase });
    }
  }
}
