import type { Truth } from '../decide/decision.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Json } from '../json/json.ts';
import type { Comparison, Operator } from '../policy.ts';
import { compileEqualsSome } from './equality.ts';
import { compilePathWithin } from './file-path.ts';
import { fold } from './fold.ts';
import { compileCidrIn, compileHostIn } from './host.ts';
import { isBigInteger, kindOf } from './kind.ts';
import { lengthOf } from './length.ts';
import { compilePattern, compileSearch } from './pattern.ts';
import { compilePrice } from './price.ts';
import { not, some, truth } from './truth.ts';
import type { Work } from './work.ts';

/** An operator with its operand: what it says of a value that is there, and where there is none. */
export type Judge = {
  /** Takes JSON that is neither null nor foreign. */
  readonly present: (value: Json, work: Work) => Truth;
  readonly absent: Truth;
  /** Of an explicit null, where that differs from an absent value. */
  readonly explicitNull?: Truth;
};

type Functions = Pick<EngineFunctions, 'regex'>;
type MakeJudge = (comparison: Comparison, functions: Functions) => Operate;
type Present = (value: Json) => Truth;
type Operate = Omit<Judge, 'present'> & { readonly present: Present };

/** One row per operator of policy language §4. An operand of a wrong type judges nothing: *undetermined*. */
const JUDGES = {
  eq: (comparison) => positive(compileEqualsSome([comparison.value], comparison)),
  neq: (comparison) => negative(compileEqualsSome([comparison.value], comparison)),
  in: (comparison) => positive(isOneOf(comparison)),
  not_in: (comparison) => negative(isOneOf(comparison)),
  lt: (comparison) =>
    positive(
      ordered(
        comparison,
        (operand) => (value) => (isNumber(value) ? truth(value < operand) : 'undetermined'),
      ),
    ),
  lte: (comparison) =>
    positive(
      ordered(
        comparison,
        (operand) => (value) => (isNumber(value) ? truth(value <= operand) : 'undetermined'),
      ),
    ),
  gt: (comparison) =>
    positive(
      ordered(
        comparison,
        (operand) => (value) => (isNumber(value) ? truth(value > operand) : 'undetermined'),
      ),
    ),
  gte: (comparison) =>
    positive(
      ordered(
        comparison,
        (operand) => (value) => (isNumber(value) ? truth(value >= operand) : 'undetermined'),
      ),
    ),
  contains: (comparison) => positive(contains(comparison)),
  not_contains: (comparison) => negative(contains(comparison)),
  regex: (comparison, functions) => positive(matchesRegex(comparison, functions)),
  not_regex: (comparison, functions) => negative(matchesRegex(comparison, functions)),
  glob: (comparison) => positive(matchesText(comparison, compilePattern)),
  starts_with: (comparison) => positive(matchesText(comparison, (start) => (text) => text.startsWith(start))),
  ends_with: (comparison) => positive(matchesText(comparison, (end) => (text) => text.endsWith(end))),
  exists: ({ value }) => ({
    present: () => (typeof value === 'boolean' ? truth(value) : 'undetermined'),
    absent: typeof value === 'boolean' ? truth(!value) : 'undetermined',
  }),
  type: ({ value: type }) => ({
    present: (value) => truth(hasType(value, type)),
    absent: 'false',
    explicitNull: truth(type === 'null'),
  }),
  length_lt: (comparison) => positive(measured(comparison, (length, operand) => length < operand)),
  length_lte: (comparison) => positive(measured(comparison, (length, operand) => length <= operand)),
  length_gt: (comparison) => positive(measured(comparison, (length, operand) => length > operand)),
  length_gte: (comparison) => positive(measured(comparison, (length, operand) => length >= operand)),
  path_within: (comparison) =>
    positive(judgesText(comparison, (list) => compilePathWithin(list, comparison.ignoreCase))),
  host_in: (comparison) => positive(judgesText(comparison, compileHostIn)),
  cidr_in: (comparison) => positive(judgesText(comparison, compileCidrIn)),
} satisfies Record<Operator, MakeJudge>;

/** Prepares an operator for its operand, once. What would take more work than is left is undetermined. */
export function compileJudge(comparison: Comparison, functions: Functions): Judge {
  const makeJudge: MakeJudge = JUDGES[comparison.op];
  const judge = makeJudge(comparison, functions);
  const priceOf = compilePrice(comparison, functions);
  if (priceOf === undefined) return judge;
  const { present } = judge;
  return {
    ...judge,
    present: (value, work) => (work.takes(priceOf(value)) ? present(value) : 'undetermined'),
  };
}

function positive(present: Present): Operate {
  return { present, absent: 'false' };
}

/** On an absent value undetermined: the upstream will fill in a default that nobody has seen. */
function negative(present: Present): Operate {
  return { present: (value) => not(present(value)), absent: 'undetermined' };
}

const unclear = (): Truth => 'undetermined';

function isOneOf(comparison: Comparison): Present {
  // `Array.isArray` forgets that the elements are JSON.
  return Array.isArray(comparison.value)
    ? compileEqualsSome(comparison.value as readonly Json[], comparison)
    : unclear;
}

/** `make` gives the whole judge, so that comparing numbers, which policies do most, is one call. */
function ordered({ value: operand }: Comparison, make: (operand: number) => Present): Present {
  return typeof operand === 'number' && Number.isFinite(operand) ? make(operand) : unclear;
}

function isNumber(value: Json): value is number {
  return typeof value === 'number';
}

function measured(
  { value: operand }: Comparison,
  holds: (length: number, operand: number) => boolean,
): Present {
  if (typeof operand !== 'number' || !Number.isFinite(operand)) return unclear;
  return (value) => {
    const length = lengthOf(value);
    return length === undefined ? 'undetermined' : truth(holds(length, operand));
  };
}

function contains(comparison: Comparison): Present {
  const equals = compileEqualsSome([comparison.value], comparison);
  const inText = matchesText(comparison, (part) => {
    const search = compileSearch(part);
    return (text) => search(text, 0) >= 0;
  });
  return (value) => {
    if (typeof value === 'string') return inText(value);
    // `Array.isArray` forgets that the elements are JSON.
    return Array.isArray(value) ? some(value as readonly Json[], equals) : 'undetermined';
  };
}

function matchesRegex({ value: pattern, ignoreCase }: Comparison, functions: Functions): Present {
  if (typeof pattern !== 'string') return unclear;
  const regex = functions.regex(pattern, { ignoreCase });
  if (!regex.ok) return unclear;
  return (value) => (typeof value === 'string' ? truth(regex.test(value)) : 'undetermined');
}

function matchesText(
  { value: operand, ignoreCase }: Comparison,
  compile: (operand: string) => (text: string) => boolean,
): Present {
  if (typeof operand !== 'string') return unclear;
  const test = compile(ignoreCase ? fold(operand) : operand);
  return (value) => {
    if (typeof value !== 'string') return 'undetermined';
    return truth(test(ignoreCase ? fold(value) : value));
  };
}

/** For operators whose operand is a text or a list of texts, and which find some texts unclear. */
function judgesText(
  { value: operand }: Comparison,
  compile: (list: string[]) => (text: string) => Truth,
): Present {
  const list = Array.isArray(operand) ? operand : [operand];
  if (!list.every((entry) => typeof entry === 'string')) return unclear;
  const judge = compile(list);
  return (value) => (typeof value === 'string' ? judge(value) : 'undetermined');
}

function hasType(value: Json, type: Json): boolean {
  const kind = kindOf(value);
  if (type === 'integer') return Number.isInteger(value) || isBigInteger(value);
  return type === (kind === 'big' ? 'number' : kind);
}
