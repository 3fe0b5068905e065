import {
  type CompileSchema,
  type Json,
  type JsonObject,
  matchingCost,
  type SchemaResult,
  type SchemaVerdict,
} from '@boomgate/engine';
import { compileBounded } from './regex.ts';

/** Characters of a schema's text; larger ones are refused, as compiling them would stall every call. */
const MAX_SCHEMA_TEXT = 256 * 1024;
const MAX_SCHEMA_DEPTH = 64;

/** Keywords whose values map names to schemas, so that a key below them is no keyword. */
export const MAPS: ReadonlySet<string> = new Set([
  'dependencies',
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
/** Keywords whose values are data. */
export const DATA: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples']);

/** What a format's own expression costs for each character, in units of work. */
export const FORMAT_COST = 8;

/** Draft-07 and before; what names no dialect is 2020-12. */
export function isOldDialect(dialect: Json | undefined): boolean {
  return typeof dialect === 'string' && /draft-0[4-7]/.test(dialect);
}

/** A schema's pattern as RE2, with each text paid for before it is read. Throws for what is no RE2 or too large. */
export function linearPattern(
  pattern: string,
  budget: { readonly read: (units: number) => void },
): { readonly test: (text: string) => boolean } {
  const regex = compileBounded(pattern, 0);
  const each = matchingCost(regex.programSize());
  return {
    test: (text) => {
      budget.read(text.length * each);
      return regex.test(text);
    },
  };
}

/** Thrown by a budget that is used up, and by nothing else. */
export class TooManySteps extends Error {}

/** A compiled schema, with what bounds the work of holding arguments against it. */
export type BoundedSchema = {
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
