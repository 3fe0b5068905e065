import type { CompileSchema, SchemaResult } from '../functions.ts';
import { isJsonObject, type Json, type JsonObject, ownProperty } from '../json/json.ts';
import { rawNumberText } from '../json/raw-number.ts';
import type { Validate } from '../policy.ts';
import type { Call } from './decision.ts';
import { name } from './words.ts';

/** What is wrong with the arguments, for the agent; undefined when nothing is. */
export type CheckArguments = (call: Call) => string | undefined;

type Check = (args: JsonObject, schema: JsonObject) => string | undefined;

/**
 * Policy language §6. Every check needs the tool's own input schema: one that is missing or cannot be compiled refuses
 * the call. Undefined when the entry asks for no check.
 */
export function compileValidate(
  validate: Validate | undefined,
  compile: CompileSchema,
): CheckArguments | undefined {
  if (validate === undefined) return undefined;
  const checks: Check[] = [];
  if (validate.requiredArgs) checks.push(findMissing);
  if (validate.unknownArgs === 'deny') checks.push(findUnknown);
  if (checks.length === 0 && !validate.schema) return undefined;
  const compileOnce = rememberSchemas(compile);
  return ({ tool, args }) => {
    if (tool.inputSchema === undefined)
      return `tool ${name(tool.name)} has no input schema to check arguments against`;
    const schema = compileOnce(tool.inputSchema);
    if (!schema.ok) return `the input schema of tool ${name(tool.name)} cannot be used: ${schema.message}`;
    for (const check of checks) {
      const fault = check(args, tool.inputSchema);
      if (fault !== undefined) return fault;
    }
    return validate.schema ? findInvalid(args, schema, 'arguments') : undefined;
  };
}

const findMissing: Check = (args, schema) => {
  const required = ownProperty(schema, 'required') ?? [];
  if (!Array.isArray(required)) return 'the input schema does not say which arguments are required';
  const missing = required.find(
    (key) => typeof key !== 'string' || (ownProperty(args, key) ?? null) === null,
  );
  return missing === undefined ? undefined : `the required argument ${name(String(missing))} is missing`;
};

const findUnknown: Check = (args, schema) => {
  const properties = ownProperty(schema, 'properties') ?? {};
  if (!isJsonObject(properties)) return 'the input schema does not say which arguments there are';
  const unknown = Object.keys(args).find((key) => !Object.hasOwn(properties, key));
  return unknown === undefined ? undefined : `the tool has no argument ${name(unknown)}`;
};

const WORDS = {
  arguments: {
    hold: 'the arguments hold',
    misfit: 'the arguments do not match',
    schema: "the tool's input schema",
  },
  result: {
    hold: 'the result holds',
    misfit: 'the result does not match',
    schema: "the tool's output schema",
  },
} as const;

/** Why a value of a call does not fit a schema, without the value; undefined when it does. */
export function findInvalid(
  value: Json,
  schema: SchemaResult & { readonly ok: true },
  what: keyof typeof WORDS,
): string | undefined {
  const words = WORDS[what];
  if (holdsBigNumber(value))
    return `${words.hold} an integer beyond ±(2^53−1), which cannot be checked against ${words.schema}`;
  const verdict = schema.validate(value);
  if (verdict.ok) return undefined;
  return `${words.misfit} ${words.schema}: ${`${verdict.path} ${verdict.message}`.trim()}`;
}

/** A validator would take the text that such a number is kept as for an object. */
function holdsBigNumber(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (rawNumberText(value) !== undefined) return true;
  return Object.values(value).some((inner) => holdsBigNumber(inner));
}

/** A tool's schema is one object until the server lists its tools anew. */
function rememberSchemas(compile: CompileSchema): CompileSchema {
  const compiled = new WeakMap<JsonObject, SchemaResult>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const result = compile(schema);
    compiled.set(schema, result);
    return result;
  };
}
