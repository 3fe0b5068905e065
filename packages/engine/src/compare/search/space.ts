import type { Json, JsonObject } from '../../json/json.ts';
import { isJsonObject, ownProperty } from '../../json/json.ts';
import { toMicros } from '../../limits/index.ts';
import { argumentOf, comparisonsOf, countedPaths, rulesOf } from '../../looked-at.ts';
import type { Comparison, Limit, Path, Policy, Rules } from '../../policy.ts';
import { DECIDING, VALUE_UNITS } from '../bounds.ts';
import type { Pair, Region } from '../proof/region.ts';
import { NOTHING, type Values } from '../proof/values.ts';
import { type Candidate, candidatesFor, EMPTY } from './candidates.ts';

/** What calls of one region are made of: each path that a condition or a limit looks at, with the values to try there. */
export type Space = {
  readonly paths: ReadonlyMap<string, Place>;
  /** Paths that the later policy's limits count by: without a value that can be counted a call is refused. */
  readonly counted: readonly Counted[];
  /** Names of the arguments among them. */
  readonly names: readonly string[];
  /** What it may cost to decide one of these calls, by both policies. */
  readonly units: number;
};

type Place = { readonly path: Path; readonly candidates: readonly Candidate[] };
type Counted = { readonly path: Path; readonly isCountable: (value: Candidate) => boolean };

/** Values that are dear to read are left out, so that deciding stays cheap. */
export function spaceOf(region: Region, { before, after }: Pair, values: Values): Space {
  const earlier = applying(before, region.before);
  const later = applying(after, region.after);
  const comparisons = [...earlier, ...later].flatMap(comparedBy);
  const limits = [...earlier, ...later].flatMap((rules) => rules.limits);
  const byPath = Map.groupBy(comparisons, ({ path }) => path.text);
  const paths = new Map<string, Place>();
  let units = 2 * DECIDING;
  for (const path of [...comparisons.map((one) => one.path), ...limits.flatMap(countedPaths)]) {
    if (paths.has(path.text)) continue;
    const { isFixed, values: first } = knownOf(region, path);
    const amounts = amountsAt(path, [...limits].reverse());
    const own = byPath.get(path.text) ?? [];
    const all: readonly Candidate[] = isFixed ? first : candidatesFor(own, { first, last: amounts });
    const prices = all.map((value) => priceOf(value, own, values));
    const candidates = all.filter((_, index) => (prices[index] ?? 0) <= VALUE_UNITS);
    units += Math.max(0, ...prices.filter((price) => price <= VALUE_UNITS));
    paths.set(path.text, { path, candidates: fittingFirst(candidates, schemaAt(region, path)) });
  }
  return {
    paths,
    counted: later.flatMap((rules) => rules.limits).flatMap(countedOf),
    names: namesIn(paths),
    units,
  };
}

function namesIn(paths: Space['paths']): readonly string[] {
  return [...new Set([...paths.values()].map(argumentOf))].filter((name) => name !== undefined);
}

function priceOf(value: Candidate, comparisons: readonly Comparison[], values: Values): number {
  if (value === EMPTY) return 0;
  return comparisons.reduce((sum, comparison) => sum + values.priceOf(comparison, value), 0);
}

function applying(policy: Policy, applied: Region['before']): readonly Rules[] {
  return applied === undefined ? [policy.allTools] : [policy.allTools, applied.entry];
}

function comparedBy(rules: Rules): readonly Comparison[] {
  return comparisonsOf([
    ...rulesOf(rules).flatMap(({ conditions }) => conditions),
    ...rules.limits.flatMap(({ when }) => when),
  ]);
}

function countedOf(limit: Limit): readonly Counted[] {
  const from = limit.kind === 'window' && limit.increment.kind === 'from' ? limit.increment.path : undefined;
  return countedPaths(limit).map((path) => ({
    path,
    isCountable: (value) =>
      path === from
        ? typeof value === 'number' && toMicros(value) !== undefined
        : ['string', 'number', 'boolean'].includes(typeof value),
  }));
}

/** In how many equal parts a sum may be reached: the part that is one too many for a lower sum is among them. */
const PARTS = [1, 2, 3, 5, 8, 11, 15, 20, 30, 50];
const MILLIONTHS = 1_000_000;

/** Amounts of which a few calls fill a counter to its end. */
function amountsAt(path: Path, limits: readonly Limit[]): readonly Json[] {
  return limits.flatMap((limit) => {
    if (limit.kind !== 'window' || limit.increment.kind !== 'from') return [];
    if (limit.increment.path.text !== path.text) return [];
    return PARTS.map((parts) => Math.floor(limit.max / parts) / MILLIONTHS);
  });
}

type Known = { readonly isFixed: boolean; readonly values: readonly Candidate[] };

/** What is known of the tool does not vary; a class or severity that nobody said may be any. */
function knownOf({ tool, names }: Region, path: Path): Known {
  if (path.text === 'tool.name') return { isFixed: true, values: names };
  if (tool === undefined) return { isFixed: false, values: [] };
  if (path.root === 'args') return { isFixed: false, values: examplesOf(schemaAt({ tool }, path)) };
  // The facts of a tool are JSON under keys that are there or not.
  let found: Json | undefined = path.root === 'tool' ? (tool as JsonObject) : undefined;
  for (const segment of path.segments)
    found = segment.kind === 'name' && isJsonObject(found) ? ownProperty(found, segment.name) : undefined;
  const isSaid = path.root === 'tool' && (found !== undefined || path.text.startsWith('tool.annotations'));
  return { isFixed: isSaid, values: isSaid ? [found ?? NOTHING] : [] };
}

/** The schema of one argument, where the tool's own says it plainly. */
function schemaAt({ tool }: Pick<Region, 'tool'>, { root, segments }: Path): JsonObject | undefined {
  let schema: Json | undefined = root === 'args' ? tool?.inputSchema : undefined;
  for (const segment of segments) {
    if (!isJsonObject(schema)) return undefined;
    const properties = ownProperty(schema, segment.kind === 'name' ? 'properties' : 'items');
    const isMember = segment.kind === 'name' && isJsonObject(properties);
    schema = isMember
      ? ownProperty(properties, segment.name)
      : segment.kind === 'name'
        ? undefined
        : properties;
  }
  return isJsonObject(schema) ? schema : undefined;
}

const EXAMPLES: Readonly<Record<string, Json>> = {
  string: 'x',
  number: 1,
  integer: 1,
  boolean: true,
  array: [],
  object: {},
};

/** Values that an argument's schema names, or one of its type. */
export function examplesOf(schema: JsonObject | undefined): readonly Json[] {
  if (schema === undefined) return [];
  const listed = ['const', 'default', 'minimum', 'maximum'].flatMap((key) => ownProperty(schema, key) ?? []);
  const several = ['enum', 'examples'].flatMap((key) => {
    const values = ownProperty(schema, key);
    // `Array.isArray` forgets that the elements are JSON.
    return Array.isArray(values) ? (values as readonly Json[]) : [];
  });
  const example = EXAMPLES[String(ownProperty(schema, 'type'))];
  const least = Number(ownProperty(schema, 'minLength') ?? 1);
  const text = example === 'x' ? 'x'.repeat(Math.min(Math.max(least, 1), 256)) : example;
  return [...several, ...listed, ...(text === undefined ? [] : [text])];
}

const TYPE_TESTS: Readonly<Record<string, (value: Candidate) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isJsonObject,
};

/** Those of the type that the schema names before the others. */
function fittingFirst(
  candidates: readonly Candidate[],
  schema: JsonObject | undefined,
): readonly Candidate[] {
  const test = TYPE_TESTS[String(schema && ownProperty(schema, 'type'))];
  if (test === undefined) return candidates;
  return [...candidates.filter(test), ...candidates.filter((one) => !test(one))];
}
