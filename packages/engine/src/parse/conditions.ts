import { isJsonObject, type Json } from '../json/json.ts';
import { type Comparison, type Condition, OPERATORS, type Operator, type Path } from '../policy.ts';
import { CONDITIONS_PER_RULE, NESTING } from './bounds.ts';
import { warnOfUnknownClass } from './class-words.ts';
import { checkOperand, mayIgnoreCase } from './operands.ts';
import { parsePath } from './path.ts';
import { elements, fields, flag, type Place, report, required, text } from './place.ts';
import { warnOfSlashes } from './regex-habits.ts';
import { similarWord } from './similar.ts';
import { warnOfSurprises } from './surprises.ts';
import { found, quoted } from './words.ts';

const COMPARISON_KEYS = ['path', 'op', 'value', 'ignore_case'] as const;
const JOINS = ['any', 'all', 'not'] as const;
type Join = (typeof JOINS)[number];
/** The keys by which a condition is known. */
export const CONDITION_KEYS: readonly string[] = [...COMPARISON_KEYS, ...JOINS];

/** The conditions of one rule or of one `when`, joined by *and* (§4). */
export function readConditions(place: Place | undefined): readonly Condition[] {
  const conditions = elements(place, 'the conditions', CONDITIONS_PER_RULE).flatMap(
    (item) => readCondition(item, 0) ?? [],
  );
  const count = conditions.reduce((sum, condition) => sum + countComparisons(condition), 0);
  if (place !== undefined && count > CONDITIONS_PER_RULE) {
    report(
      place,
      'too_many',
      `expected at most ${CONDITIONS_PER_RULE} conditions in one rule, found ${count}; split the rule`,
    );
  }
  return conditions;
}

function countComparisons(condition: Condition): number {
  if (condition.kind === 'compare') return 1;
  if (condition.kind === 'not') return countComparisons(condition.of);
  return condition.of.reduce((sum, inner) => sum + countComparisons(inner), 0);
}

function readCondition(place: Place, depth: number): Condition | undefined {
  const join = joinOf(place.value);
  if (join === undefined) return readComparison(place);
  if (depth >= NESTING) {
    return report(place, 'too_deep', `expected conditions nested at most ${NESTING} deep; split the rule`);
  }
  const of = fields(place, [join], `a condition with "${join}"`)?.get(join);
  if (of === undefined) return undefined;
  if (join === 'not') {
    const inner = readCondition(of, depth + 1);
    return inner && { kind: 'not', of: inner };
  }
  const inner = elements(of, `"${join}"`, CONDITIONS_PER_RULE).flatMap(
    (item) => readCondition(item, depth + 1) ?? [],
  );
  if (Array.isArray(of.value) && of.value.length === 0) {
    return report(
      of,
      'bad_value',
      `expected at least one condition in "${join}", found an empty list; add one or remove "${join}"`,
    );
  }
  return { kind: join, of: inner };
}

function joinOf(value: Json): Join | undefined {
  return isJsonObject(value) ? JOINS.find((join) => Object.hasOwn(value, join)) : undefined;
}

/** How other languages join conditions. */
const OTHER_JOINS = [
  ['or', 'any'],
  ['and', 'all'],
] as const;

function refuseCondition(place: Place): undefined {
  const mend = Array.isArray(place.value)
    ? 'join several with "any" or "all"'
    : 'write { "path": "args.amount", "op": "gt", "value": 100 }';
  return report(
    place,
    'not_an_object',
    `expected an object for a condition, found ${found(place.value)}; ${mend}`,
  );
}

function readComparison(place: Place): Comparison | undefined {
  if (!isJsonObject(place.value)) return refuseCondition(place);
  for (const [word, join] of OTHER_JOINS)
    if (Object.hasOwn(place.value, word))
      return report(place, 'unknown_key', `unknown key "${word}" in a condition; write "${join}"`);
  const of = fields(place, COMPARISON_KEYS, 'a condition');
  if (of === undefined) return undefined;
  const path = readPath(required(of, 'path', 'name what is compared, such as "args.amount"'));
  const op = readOperator(required(of, 'op', `choose one of ${OPERATORS.join(', ')}`));
  const operand = required(
    of,
    'value',
    op === 'exists' ? 'write true, or false for what must be absent' : 'name what it is compared with',
  );
  const ignoreCase = readIgnoreCase(of.get('ignore_case'), op);
  if (op === undefined || operand === undefined) return undefined;
  const fault = checkOperand(op, operand.value, { ignoreCase, regex: place.reading.regex });
  if (fault !== undefined) return report(operand, fault.code, `"${op}": ${fault.message}`);
  if (path === undefined) return undefined;
  const comparison: Comparison = { kind: 'compare', path, op, value: operand.value, ignoreCase };
  warnOfUnknownClass(comparison, operand);
  warnOfSlashes(comparison, operand);
  warnOfSurprises(comparison, { path: of.get('path') ?? place, operand });
  return comparison;
}

function readIgnoreCase(place: Place | undefined, op: Operator | undefined): boolean {
  const ignoreCase = flag(place, '"ignore_case"') ?? false;
  if (place !== undefined && ignoreCase && op !== undefined && !mayIgnoreCase(op)) {
    report(
      place,
      'contradiction',
      `"${op}" does not compare texts, so "ignore_case" has no meaning; remove it`,
    );
  }
  return ignoreCase;
}

/** A path; what is wrong with it is reported. */
export function readPath(place: Place | undefined): Path | undefined {
  const written = text(place, 'a path');
  if (place === undefined || written === undefined) return undefined;
  const result = parsePath(written);
  return result.ok ? result.path : report(place, 'bad_path', result.message);
}

/** How other languages spell operators, where no slip of a finger leads to ours. */
const SPELLINGS: ReadonlyMap<string, Operator> = new Map([
  ['=', 'eq'],
  ['==', 'eq'],
  ['===', 'eq'],
  ['equals', 'eq'],
  ['ne', 'neq'],
  ['!=', 'neq'],
  ['!==', 'neq'],
  ['not_eq', 'neq'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['le', 'lte'],
  ['>', 'gt'],
  ['>=', 'gte'],
  ['ge', 'gte'],
  ['nin', 'not_in'],
  ['matches', 'regex'],
  ['match', 'regex'],
  ['like', 'glob'],
  ['greater_than', 'gt'],
  ['less_than', 'lt'],
  ['max_length', 'length_lte'],
  ['min_length', 'length_gte'],
  ['between', 'gte'],
  ['is_null', 'exists'],
  ['is_present', 'exists'],
  ['present', 'exists'],
  ['not_exists', 'exists'],
  ['prefix', 'starts_with'],
  ['suffix', 'ends_with'],
]);

function readOperator(place: Place | undefined): Operator | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  const op = OPERATORS.find((candidate) => candidate === value);
  if (op !== undefined) return op;
  if (typeof value !== 'string')
    return report(place, 'bad_type', `expected the name of an operator, found ${found(value)}`);
  const meant = SPELLINGS.get(value.toLowerCase()) ?? similarWord(value, OPERATORS);
  const hint =
    meant === undefined ? `the operators are ${OPERATORS.join(', ')}` : `did you mean ${quoted(meant)}?`;
  return report(place, 'unknown_operator', `unknown operator ${quoted(value)}; ${hint}`);
}
