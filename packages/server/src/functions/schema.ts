import {
  type CompileSchema,
  type Json,
  type JsonObject,
  matchingCost,
  type SchemaResult,
} from '@boomgate/engine';
import { compileBounded } from '@boomgate/functions';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { boundKeywords } from './keywords.ts';
import { markReferences, ReferenceBudget, TooManySteps } from './reference-budget.ts';

/** Characters of a schema's text; larger ones are refused, as compiling them would stall every call. */
const MAX_SCHEMA_TEXT = 256 * 1024;
const MAX_SCHEMA_DEPTH = 64;

/**
 * Compiles a tool's input schema, JSON Schema 2020-12 or draft-07 (language §6). Patterns run as RE2; a reference to
 * anywhere outside the schema does not compile, and nothing is ever fetched. One result per schema object.
 */
export const compileSchema: CompileSchema = (schema) => {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const result = compile(schema);
  compiled.set(schema, result);
  return result;
};

const compiled = new WeakMap<JsonObject, SchemaResult>();

function compile(schema: JsonObject): SchemaResult {
  try {
    if (depthOf(schema) > MAX_SCHEMA_DEPTH)
      return { ok: false, message: `the schema is nested deeper than ${MAX_SCHEMA_DEPTH}` };
    if (JSON.stringify(schema).length > MAX_SCHEMA_TEXT)
      return { ok: false, message: `the schema is longer than ${MAX_SCHEMA_TEXT} characters` };
    const budget = new ReferenceBudget();
    const validate = newCompiler(schema, budget).compile(markReferences(withoutId(schema)));
    return { ok: true, validate: (args) => bounded(budget, () => verdict(validate, args)) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** A compiler for each schema: two tools may use the same `$id`, and a dropped schema leaves nothing behind. */
function newCompiler(schema: JsonObject, budget: ReferenceBudget): Ajv {
  const dialect = schema['$schema'];
  const isOld = typeof dialect === 'string' && /draft-0[4-7]/.test(dialect);
  const options = {
    strict: false,
    allErrors: false,
    validateSchema: false,
    logger: false,
    code: { regExp: linearRegExp(budget) },
    $comment: budget.spend,
  } as const;
  const ajv = isOld ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(ajv);
  boundKeywords(ajv, budget);
  return ajv;
}

/** The dialect is chosen by us and the schema stands alone, so neither key has a task left. */
function withoutId({ $schema: _dialect, $id: _id, ...schema }: JsonObject): JsonObject {
  return schema;
}

function linearRegExp(budget: ReferenceBudget) {
  const compilePattern = (pattern: string) => {
    const regex = compileBounded(pattern, 0);
    const each = matchingCost(regex.programSize());
    return {
      test: (text: string) => {
        budget.read(text.length * each);
        return regex.test(text);
      },
      // The compiler takes two that look alike for one and the same.
      toString: () => pattern,
    };
  };
  // The name that generated stand-alone code would import; no such code is made here.
  return Object.assign(compilePattern, { code: 're2js' });
}

type Verdict = ReturnType<Extract<SchemaResult, { ok: true }>['validate']>;

/** A schema that asks for too many steps, or for ever deeper ones, is not satisfied. */
function bounded(budget: ReferenceBudget, judge: () => Verdict): Verdict {
  budget.refill();
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof TooManySteps || error instanceof RangeError)) throw error;
    return { ok: false, path: '', message: "takes too many steps to be checked against the tool's schema" };
  }
}

function verdict(validate: ValidateFunction, args: Json): Verdict {
  if (validate(args) === true) return { ok: true };
  const [first] = validate.errors ?? [];
  return { ok: false, path: first?.instancePath ?? '', message: messageOf(first) };
}

/** Names what was expected; parameters that could repeat an argument's value are left out. */
function messageOf(error: NonNullable<ValidateFunction['errors']>[number] | undefined): string {
  if (error === undefined) return 'does not satisfy the schema';
  const extra =
    error.keyword === 'additionalProperties'
      ? ` (${JSON.stringify(error.params['additionalProperty'])})`
      : '';
  return `${error.message ?? 'does not satisfy the schema'}${extra}`;
}

function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}
