import { fold } from '../conditions/index.ts';
import type { ToolFacts } from '../decide/decision.ts';
import { canonicalJson } from '../json/canonical.ts';
import { type Json, jsonType } from '../json/json.ts';
import { argumentOf, comparisonsOf, rulesOf } from '../looked-at.ts';
import type { Comparison, Operator, Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { coveredBy, problem } from './covered.ts';
import { argumentNames, argumentSchema, enumOf, hasArgument, isClosed, typesOf } from './schema.ts';

const NUMBER = ['number', 'integer'];
const TEXT = ['string'];
const SIZED = ['string', 'array', 'object'];

/** The types of arguments that an operator takes; where it is not named, any. */
const TAKES: Readonly<Partial<Record<Operator, readonly string[]>>> = {
  ...{ lt: NUMBER, lte: NUMBER, gt: NUMBER, gte: NUMBER },
  ...{ regex: TEXT, not_regex: TEXT, glob: TEXT, starts_with: TEXT, ends_with: TEXT },
  ...{ path_within: TEXT, host_in: TEXT, cidr_in: TEXT },
  ...{ contains: ['string', 'array'], not_contains: ['string', 'array'] },
  ...{ length_lt: SIZED, length_lte: SIZED, length_gt: SIZED, length_gte: SIZED },
};

/** Of the tools of one entry the first alone is told. */
type Fault = Pick<Problem, 'code'> & { readonly say: () => string };

/** Conditions on arguments that no call can have: a fault of every tool that the entry applies to. */
export function checkArguments(policy: Policy, tools: readonly ToolFacts[]): readonly Problem[] {
  return coveredBy(policy, tools).flatMap(({ entry, tools: own }) =>
    rulesOf(entry).flatMap(({ conditions, id }) =>
      comparisonsOf(conditions).flatMap((comparison) => {
        const [first, ...others] = own;
        const fault = first && faultOf(comparison, first);
        if (fault === undefined || others.some((tool) => faultOf(comparison, tool) === undefined)) return [];
        return [problem('error', fault.code, { message: fault.say(), pointer: id })];
      }),
    ),
  );
}

function faultOf(comparison: Comparison, tool: ToolFacts): Fault | undefined {
  const argument = argumentOf(comparison);
  if (argument === undefined) return undefined;
  if (isClosed(tool) && !hasArgument(tool, argument)) {
    const say = () =>
      `expected an argument of "${tool.name}" in ${comparison.path.text}; they are ${argumentNames(tool).join(', ') || 'none'}`;
    return { code: 'unknown_argument', say };
  }
  const schema = argumentSchema(tool, argument);
  if (schema === undefined || comparison.path.segments.length > 1) return undefined;
  const types = typesOf(schema);
  return (types && typeFault(comparison, types)) ?? valueFault(comparison, enumOf(schema));
}

function typeFault({ op, path, value }: Comparison, types: readonly string[]): Fault | undefined {
  const takes = TAKES[op] ?? (op === 'eq' ? equalTypes(value) : undefined);
  if (takes === undefined || types.some((type) => takes.includes(type))) return undefined;
  const say = () =>
    `expected an operator that can hold for ${path.text}, which is of type ${types.join(' or ')}; found ${op}`;
  return { code: 'impossible_type', say };
}

function equalTypes(value: Json): readonly string[] {
  const type = jsonType(value);
  return type === 'number' ? NUMBER : [type];
}

function valueFault(comparison: Comparison, values: readonly Json[] | undefined): Fault | undefined {
  const { ignoreCase, op, path, value } = comparison;
  if (values === undefined) return undefined;
  const compared = (one: Json) => (ignoreCase ? fold(canonicalJson(one)) : canonicalJson(one));
  const known = new Set(values.map(compared));
  const isList = op === 'in' || op === 'not_in';
  if (!isList && op !== 'eq' && op !== 'neq') return undefined;
  const asked: readonly Json[] = isList && Array.isArray(value) ? value : [value];
  const odd = asked.find((one) => !known.has(compared(one)));
  if (odd === undefined) return undefined;
  const say = () =>
    `expected one of the values that ${path.text} can have (${values.map(canonicalJson).join(', ')}), found ${canonicalJson(odd)}`;
  return { code: 'impossible_value', say };
}
