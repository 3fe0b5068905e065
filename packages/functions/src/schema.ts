import {
  type CompileSchema,
  type Json,
  type JsonObject,
  matchingCost,
  PATTERN_STEPS,
  type SchemaResult,
  type SchemaVerdict,
} from '@boomgate/engine';
import { compileBounded } from './regex.ts';

/** Characters of a schema's text; larger ones are refused, as compiling them would stall every call. */
const MAX_SCHEMA_TEXT = 256 * 1024;
const MAX_SCHEMA_DEPTH = 64;
/** Schemas within a schema, and names in it: what a compiler makes of each it may go through again for every other one. */
const MAX_SCHEMA_PLACES = 1_000;

/** Keywords whose values map names to schemas, or to lists of names, so that a key below them is no keyword. */
export const MAPS: ReadonlySet<string> = new Set([
  'dependencies',
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependentRequired',
]);
/** Keywords whose values are data. */
export const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

/** What a format's own expression costs for each character, in units of work. */
export const FORMAT_COST = 8;

/** Draft-07 and before; what names no dialect is 2020-12. */
export function isOldDialect(dialect: Json | undefined): boolean {
  return typeof dialect === 'string' && /draft-0[4-7]/.test(dialect);
}

/**
 * The patterns of one schema as RE2, with each text paid for before it is read. Each is compiled once, and together they have at most as
 * many steps as those of a policy. Throws for what is no RE2 or too large.
 */
export function linearPatterns(budget: {
  readonly read: (units: number) => void;
}): (pattern: string) => { readonly test: (text: string) => boolean } {
  const known = new Map<string, { readonly test: (text: string) => boolean }>();
  let steps = 0;
  return (pattern) => {
    const before = known.get(pattern);
    if (before !== undefined) return before;
    const { classes, compiled } = compileBounded(pattern, { ignoreCase: false });
    steps += compiled.programSize() + classes;
    if (steps > PATTERN_STEPS)
      throw new RangeError(
        `expected at most ${PATTERN_STEPS} steps in all patterns of the schema, found more`,
      );
    const each = matchingCost(compiled.programSize());
    const made = {
      test: (text: string) => {
        budget.read(text.length * each);
        return compiled.test(text);
      },
    };
    known.set(pattern, made);
    return made;
  };
}

/** Thrown by a budget that is used up, and by nothing else. */
export class TooManySteps extends Error {}

/** A compiled schema, with what bounds the work of holding arguments against it. */
type BoundedSchema = {
  readonly budget: { refill(): void };
  readonly judge: (args: Json) => SchemaVerdict;
};

/**
 * The frame of every compiler of tools' schemas: bounds on a schema's size, one result per schema object, and a verdict
 * that is "no" once the budget is used up. What `compile` throws is why the schema does not compile; nothing is thrown on.
 */
export function compilingSchemas(compile: (schema: JsonObject) => BoundedSchema): CompileSchema {
  const compiled = new WeakMap<JsonObject, SchemaResult>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const result = compileOne(schema, compile);
    compiled.set(schema, result);
    return result;
  };
}

function compileOne(schema: JsonObject, compile: (schema: JsonObject) => BoundedSchema): SchemaResult {
  try {
    if (depthOf(schema) > MAX_SCHEMA_DEPTH)
      return { ok: false, message: `the schema is nested deeper than ${MAX_SCHEMA_DEPTH}` };
    if (JSON.stringify(schema).length > MAX_SCHEMA_TEXT)
      return { ok: false, message: `the schema is longer than ${MAX_SCHEMA_TEXT} characters` };
    if (placesOf(schema) > MAX_SCHEMA_PLACES)
      return { ok: false, message: `the schema has more than ${MAX_SCHEMA_PLACES} schemas within it` };
    const bounded = compile(schema);
    return { ok: true, validate: (args) => judge(bounded, args) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** A schema that asks for too many steps, or for ever deeper ones, is not satisfied. */
function judge({ budget, judge: verdictOf }: BoundedSchema, args: Json): SchemaVerdict {
  budget.refill();
  try {
    return verdictOf(args);
  } catch (error) {
    if (!(error instanceof TooManySteps || error instanceof RangeError)) throw error;
    return { ok: false, path: '', message: "takes too many steps to be checked against the tool's schema" };
  }
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}

/** Schemas below a value of a schema, `true` and `false` among them, and lists of names that depend on one. */
function placesOf(schema: JsonObject): number {
  let places = 0;
  for (const [key, value] of Object.entries(schema)) {
    if (DATA.has(key) || typeof value !== 'object' || value === null) continue;
    const inner: readonly Json[] = Object.values(value);
    if (MAPS.has(key) || Array.isArray(value))
      places += inner.filter((one) => typeof one !== 'string').length;
    for (const one of MAPS.has(key) || Array.isArray(value) ? inner : [value])
      if (typeof one === 'object' && one !== null && !Array.isArray(one))
        places += placesOf(one as JsonObject);
  }
  return places;
}
