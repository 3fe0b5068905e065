/** The functions that the engine needs, made of RE2JS and Ajv. For tests: the server brings its own. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import type { CompileRegex, CompileSchema, EngineFunctions } from '../src/functions.ts';

const compileRegex: CompileRegex = (pattern, { ignoreCase }) => {
  try {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { ok: true, test: (text) => compiled.test(text), steps: compiled.programSize() };
  } catch (error) {
    return { ok: false, message: String(error) };
  }
};

const compileSchema: CompileSchema = (schema) => {
  try {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    return { ok: true, validate: (args) => verdict(validate, args) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
};

/** Compiles what has the same text once: tests ask for few patterns and schemas, again and again. */
const patterns = new Map<string, ReturnType<CompileRegex>>();
const schemas = new Map<string, ReturnType<CompileSchema>>();

export const testFunctions: EngineFunctions = {
  regex: (pattern, options) =>
    remembered(patterns, `${options.ignoreCase} ${pattern}`, () => compileRegex(pattern, options)),
  schema: (schema) => remembered(schemas, JSON.stringify(schema), () => compileSchema(schema)),
};

function remembered<Result>(known: Map<string, Result>, key: string, make: () => Result): Result {
  const result = known.get(key) ?? make();
  known.set(key, result);
  return result;
}

function verdict(validate: ValidateFunction, args: unknown) {
  if (validate(args)) return { ok: true } as const;
  const [first] = validate.errors ?? [];
  return { ok: false, path: first?.instancePath ?? '', message: first?.message ?? 'is not valid' } as const;
}
