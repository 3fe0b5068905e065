import type { EngineFunctions } from '../functions.ts';
import type { Json, JsonArray, JsonObject } from '../json/json.ts';
import type { Comparison, Operator } from '../policy.ts';
import { ELEMENT, ENTRY, FOLDING, matchingCost, NODE, READING } from '../work.ts';
import { kindOf } from './kind.ts';
import { isContainer, keyCount, sizeOf } from './size.ts';

/** What it costs to judge a value that is there, in units of work. */
export type Price = (value: Json) => number;

type Functions = Pick<EngineFunctions, 'regex'>;
type MakePrice = (comparison: Comparison, functions: Functions) => Price | undefined;

const PRICES = {
  eq: comparing,
  neq: comparing,
  in: comparing,
  not_in: comparing,
  lt: free,
  lte: free,
  gt: free,
  gte: free,
  contains: searching,
  not_contains: searching,
  regex: matching,
  not_regex: matching,
  glob: reading,
  starts_with: reading,
  ends_with: reading,
  exists: free,
  type: free,
  length_lt: counting,
  length_lte: counting,
  length_gt: counting,
  length_gte: counting,
  path_within: reading,
  host_in: reading,
  cidr_in: reading,
} satisfies Record<Operator, MakePrice>;

/** The price of a comparison; undefined where it does not grow with the value (decisions/0006). */
export function compilePrice(comparison: Comparison, functions: Functions): Price | undefined {
  const makePrice: MakePrice = PRICES[comparison.op];
  return makePrice(comparison, functions);
}

function free(): undefined {
  return undefined;
}

/** Every character, and every entry of the operand. */
function reading({ op, value: operand, ignoreCase }: Comparison): Price | undefined {
  const each = READING[op] + (ignoreCase ? FOLDING : 0);
  const entries = op === 'path_within' || op === 'host_in' || op === 'cidr_in' ? listOf(operand).length : 0;
  if (each === 0) return undefined;
  return (value) => (typeof value === 'string' ? value.length * each + entries * ENTRY : 0);
}

function matching({ value: pattern, ignoreCase }: Comparison, { regex }: Functions): Price {
  const compiled = typeof pattern === 'string' ? regex(pattern, { ignoreCase }) : undefined;
  const each = matchingCost(compiled?.ok ? compiled.steps : 0);
  return (value) => (typeof value === 'string' ? value.length * each : 0);
}

function counting({ op }: Comparison): Price {
  return (value) => {
    if (typeof value === 'string') return value.length * READING[op];
    // An object that is of kind `object` is not null, which the compiler cannot see.
    return kindOf(value) === 'object' ? keyCount(value as JsonObject) * NODE : 0;
  };
}

function searching(comparison: Comparison): Price {
  const each = READING[comparison.op] + (comparison.ignoreCase ? FOLDING : 0);
  const { perContainer, perInside } = pricesOf([comparison.value], comparison.ignoreCase);
  const perCharacter = comparison.ignoreCase ? FOLDING : 0;
  return (value) => {
    if (typeof value === 'string') return value.length * each;
    if (!Array.isArray(value)) return 0;
    // `Array.isArray` forgets that the elements are JSON.
    const elements = value as JsonArray;
    if (perContainer === 0 && perCharacter === 0) return elements.length * ELEMENT;
    const { characters, containers, nodes, texts } = sizeOf(elements);
    const scalars = elements.length - containers;
    const inside = nodes - 1 - scalars + characters - texts;
    return elements.length * ELEMENT + containers * perContainer + inside * perInside + texts * perCharacter;
  };
}

function comparing({ op, value: operand, ignoreCase }: Comparison): Price | undefined {
  const operands = op === 'in' || op === 'not_in' ? listOf(operand) : [operand];
  return ignoreCase || operands.some(isContainer) ? compareWith(operands, ignoreCase) : undefined;
}

/** A scalar is looked up; an array or object is compared with each that the operand has. */
function compareWith(operands: readonly Json[], ignoreCase: boolean): Price {
  const { perContainer, perInside } = pricesOf(operands, ignoreCase);
  return (value) => {
    if (typeof value === 'string') return ignoreCase ? value.length * FOLDING : 0;
    if (!isContainer(value)) return 0;
    if (perInside === 0) return perContainer;
    const { characters, nodes } = sizeOf(value);
    return perContainer + perInside * (nodes + characters);
  };
}

/** What it costs to compare one array or object with those of the operands, and besides for each value and character inside it. */
function pricesOf(operands: readonly Json[], ignoreCase: boolean) {
  const containers = operands.filter(isContainer);
  const nodes = containers.reduce((sum, operand) => sum + sizeOf(operand).nodes, 0);
  return { perContainer: nodes * NODE, perInside: ignoreCase ? FOLDING * containers.length : 0 };
}

function listOf(value: Json): readonly Json[] {
  // `Array.isArray` forgets that the elements are JSON.
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
