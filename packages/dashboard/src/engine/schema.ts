import {
  type CompileSchema,
  isJsonObject,
  type Json,
  type JsonObject,
  type SchemaResult,
} from '@boomgate/engine';
import { compileSchema as compileNode, type JsonError } from 'json-schema-library';
import { Budget, TooManySteps } from './budget.ts';
import { draftOf, isOldDialect } from './draft.ts';
import { sayError } from './errors.ts';
import { prepareSchema } from './prepare.ts';

/** As in the gateway. */
const MAX_SCHEMA_TEXT = 256 * 1024;
const MAX_SCHEMA_DEPTH = 64;

/**
 * Holds arguments against a tool's input schema, JSON Schema 2020-12 or draft-07, without `eval`. The verdict is the
 * gateway's; a test compares the two. What differs: the words of a message and which of several faults is named; a schema
 * that refers to its parts by `$id` or `$dynamicRef` is not understood here; bounds on the work are reached at other sizes. Where they
 * differ, the gateway's word holds. One result per schema object; never throws.
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
    const budget = new Budget();
    const isOld = isOldDialect(schema['$schema']);
    const node = compileNode(prepareSchema(schema, isOld), { drafts: [draftOf(isOld, budget)] });
    const [fault] = node.schemaErrors ?? [];
    if (fault !== undefined) return { ok: false, message: fault.message };
    return { ok: true, validate: (args) => bounded(budget, () => verdict(node.validate(args).errors)) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

type Verdict = ReturnType<Extract<SchemaResult, { ok: true }>['validate']>;

/** A schema that asks for too many steps, or for ever deeper ones, is not satisfied. */
function bounded(budget: Budget, judge: () => Verdict): Verdict {
  budget.refill();
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof TooManySteps || error instanceof RangeError)) throw error;
    return { ok: false, path: '', message: "takes too many steps to be checked against the tool's schema" };
  }
}

function verdict([first]: readonly JsonError[]): Verdict {
  return first === undefined ? { ok: true } : { ok: false, ...sayError(first) };
}

function depthOf(value: Json): number {
  if (!isJsonObject(value) && !Array.isArray(value)) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child));
  return deepest + 1;
}
