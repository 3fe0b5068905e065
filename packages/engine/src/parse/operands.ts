import { type Json, jsonType } from '../json/json.ts';
import type { Operator } from '../policy.ts';
import type { ProblemCode } from '../problem.ts';
import { LIST_ITEMS, PATTERN_LENGTH, PATTERN_STEPS } from './bounds.ts';
import { folderFault, hostFault, rangeFault } from './operand-texts.ts';
import type { CompilePattern } from './patterns.ts';
import { mendOfRegex } from './regex-habits.ts';
import { similarWord } from './similar.ts';
import { found, quoted } from './words.ts';

type OperandFault = { readonly code: ProblemCode; readonly message: string };
type Context = { readonly ignoreCase: boolean; readonly regex: CompilePattern };
type Check = (value: Json, context: Context) => OperandFault | undefined;

/** The JSON types that the operator `type` names. */
const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** What an operator takes (policy language §4): one row per operator. */
const OPERANDS = {
  eq: notNull,
  neq: notNull,
  in: listWithoutNull,
  not_in: listWithoutNull,
  lt: number,
  lte: number,
  gt: number,
  gte: number,
  contains: anything,
  not_contains: anything,
  regex,
  not_regex: regex,
  glob: pattern,
  starts_with: string,
  ends_with: string,
  exists: boolean,
  type: typeName,
  length_lt: count,
  length_lte: count,
  length_gt: count,
  length_gte: count,
  path_within: texts('an absolute folder', folderFault),
  host_in: texts('a host', hostFault),
  cidr_in: texts('an address range', rangeFault),
} as const satisfies Record<Operator, Check>;

/** Operators that compare texts, and so may ignore case. */
const CASE_OPERATORS: ReadonlySet<Operator> = new Set<Operator>([
  'eq',
  'neq',
  'in',
  'not_in',
  'contains',
  'not_contains',
  'regex',
  'not_regex',
  'glob',
  'starts_with',
  'ends_with',
  'path_within',
]);

export function mayIgnoreCase(op: Operator): boolean {
  return CASE_OPERATORS.has(op);
}

/** What is wrong with an operand, or undefined. */
export function checkOperand(op: Operator, value: Json, context: Context): OperandFault | undefined {
  const check: Check = OPERANDS[op];
  return check(value, context);
}

function bad(expected: string, value: Json): OperandFault {
  return { code: 'bad_operand', message: `expected ${expected}, found ${found(value)}` };
}

function anything(): undefined {
  return undefined;
}

const NULL_OPERAND: OperandFault = {
  code: 'null_operand',
  message: 'expected a value that is not null, found null; to ask for presence write "op": "exists"',
};

function notNull(value: Json): OperandFault | undefined {
  return value === null ? NULL_OPERAND : undefined;
}

function listWithoutNull(value: Json): OperandFault | undefined {
  return list(value) ?? (Array.isArray(value) && value.includes(null) ? NULL_OPERAND : undefined);
}

function list(value: Json): OperandFault | undefined {
  if (!Array.isArray(value)) return bad('a list of values', value);
  if (value.length <= LIST_ITEMS) return undefined;
  return {
    code: 'too_many',
    message: `expected at most ${LIST_ITEMS} values in a list, found ${value.length}`,
  };
}

function number(value: Json): OperandFault | undefined {
  if (typeof value === 'number') return undefined;
  const isNumeric = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  const fault = bad('a number', value);
  return isNumeric ? { ...fault, message: `${fault.message}; write it without quotes` } : fault;
}

function count(value: Json): OperandFault | undefined {
  return Number.isInteger(value) && Number(value) >= 0
    ? undefined
    : bad('a whole number of at least 0', value);
}

function string(value: Json): OperandFault | undefined {
  return typeof value === 'string' ? undefined : bad('a text', value);
}

function boolean(value: Json): OperandFault | undefined {
  return typeof value === 'boolean' ? undefined : bad('true or false', value);
}

function typeName(value: Json): OperandFault | undefined {
  if (typeof value === 'string' && TYPES.includes(value)) return undefined;
  const meant = typeof value === 'string' ? similarWord(value, TYPES) : undefined;
  const fault = bad(`one of ${TYPES.join(', ')}`, value);
  return meant === undefined
    ? fault
    : { ...fault, message: `${fault.message}; did you mean ${quoted(meant)}?` };
}

function pattern(value: Json): OperandFault | undefined {
  if (typeof value !== 'string') return bad('a pattern', value);
  if (value.length <= PATTERN_LENGTH) return undefined;
  return {
    code: 'bad_pattern',
    message: `expected at most ${PATTERN_LENGTH} characters in a pattern, found ${value.length}; split it into several conditions`,
  };
}

function regex(value: Json, context: Context): OperandFault | undefined {
  const fault = pattern(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  const compiled = context.regex(value, { ignoreCase: context.ignoreCase });
  if (compiled === 'too_many')
    return {
      code: 'too_many',
      message: `expected at most ${PATTERN_STEPS} steps in all different regular expressions of the document, found more; a repetition such as {100} has as many as it repeats`,
    };
  if (compiled.ok) return undefined;
  return {
    code: 'bad_pattern',
    message: `expected a regular expression in RE2 syntax, found ${quoted(value)}: ${compiled.message}${mendOfRegex(value)}`,
  };
}

/** One text or a list of them, each of a certain kind. */
function texts(kind: string, faultOf: (text: string) => string | undefined): Check {
  return (value) => {
    const items: readonly Json[] = Array.isArray(value) ? value : [value];
    const fault = Array.isArray(value) ? list(value) : undefined;
    if (fault !== undefined) return fault;
    if (items.length === 0) return bad(`${kind} or a list of at least one`, value);
    for (const item of items) {
      if (typeof item !== 'string') {
        return {
          code: 'bad_operand',
          message: `expected ${kind} or a list of them, found ${jsonType(item)}`,
        };
      }
      const reason = faultOf(item);
      if (reason !== undefined) {
        return { code: 'bad_operand', message: `expected ${kind}, found ${quoted(item)}; ${reason}` };
      }
    }
    return undefined;
  };
}
