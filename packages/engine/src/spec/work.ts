/** The reference semantics of the work that one decision may do (policy language §4): what judging one value costs. */
import type { EngineFunctions } from '../functions.ts';
import type { Json } from '../json/json.ts';
import type { Comparison } from '../policy.ts';
import { ELEMENT, ENTRY, FOLDING, NODE, READING, STEPS_SQUARED } from '../work.ts';
import { isContainer, isObject, listOf } from './values.ts';

/** What is left of the work of one decision. */
export type Left = { work: number };

/** What does not fit into what is left is not done, and costs nothing. */
export function takes(left: Left, units: number): boolean {
  if (units > left.work) return false;
  left.work -= units;
  return true;
}

export function workOf(value: Json, comparison: Comparison, functions: EngineFunctions): number {
  const { op, value: operand, ignoreCase } = comparison;
  const readingOne = READING[op] + (ignoreCase ? FOLDING : 0);
  switch (op) {
    case 'eq':
    case 'neq':
      return comparing(value, [operand], ignoreCase);
    case 'in':
    case 'not_in':
      return comparing(value, listOf(operand), ignoreCase);
    case 'contains':
    case 'not_contains':
      if (!Array.isArray(value)) return lengthOf(value) * readingOne;
      return sum(value.map((element) => ELEMENT + comparing(element, [operand], ignoreCase)));
    case 'regex':
    case 'not_regex': {
      const regex = functions.regex(String(operand), { ignoreCase });
      const squared = regex.ok ? regex.steps ** 2 : 0;
      return lengthOf(value) * (READING[op] + Math.floor(squared * STEPS_SQUARED));
    }
    case 'path_within':
    case 'host_in':
    case 'cidr_in':
      return typeof value === 'string' ? value.length * readingOne + listOf(operand).length * ENTRY : 0;
    case 'length_lt':
    case 'length_lte':
    case 'length_gt':
    case 'length_gte':
      return isObject(value) ? Object.keys(value).length * NODE : lengthOf(value) * readingOne;
    default:
      return lengthOf(value) * readingOne;
  }
}

/** A text is looked up, once its case is folded; an array or object is compared with every one of the operands. */
function comparing(value: Json, operands: readonly Json[], ignoreCase: boolean): number {
  const folding = ignoreCase ? FOLDING : 0;
  if (!isContainer(value)) return lengthOf(value) * folding;
  const perOperand = folding * (nodesOf(value) + charactersOf(value));
  return sum(operands.filter(isContainer).map((operand) => nodesOf(operand) * NODE + perOperand));
}

function nodesOf(value: Json): number {
  return isContainer(value) ? 1 + sum(Object.values(value).map(nodesOf)) : 1;
}

function charactersOf(value: Json): number {
  return isContainer(value) ? sum(Object.values(value).map(charactersOf)) : lengthOf(value);
}

/** UTF-16 code units; what is no text is not read. */
function lengthOf(value: Json): number {
  return typeof value === 'string' ? value.length : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
