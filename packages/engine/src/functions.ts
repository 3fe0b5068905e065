import type { Json, JsonObject } from './json/json.ts';

/**
 * What the engine needs and may not contain: linear-time regular expressions and JSON Schema validation.
 * The server passes RE2 and Ajv, the dashboard may pass others; both must be pure. `steps` is the size of the pattern's program,
 * repetitions written out: the work of matching is reckoned from it.
 */
export type CompileRegex = (pattern: string, options: { readonly ignoreCase: boolean }) => RegexResult;
export type RegexResult =
  | {
      readonly ok: true;
      readonly test: (text: string) => boolean;
      readonly steps: number;
      readonly classes?: number;
    }
  | { readonly ok: false; readonly message: string };

/** Compiles a pattern once for all the rules that have it. */
export function rememberPatterns<Result>(
  compile: (...of: Parameters<CompileRegex>) => Result,
): (...of: Parameters<CompileRegex>) => Result {
  const known = new Map<string, Result>();
  return (pattern, options) => {
    const key = `${options.ignoreCase} ${pattern}`;
    const compiled = known.get(key) ?? compile(pattern, options);
    known.set(key, compiled);
    return compiled;
  };
}

/** Compiles a tool's schema once, of its input or output; one that does not compile is `ok: false` and refuses (§6). */
export type CompileSchema = (schema: JsonObject) => SchemaResult;
export type SchemaResult =
  | { readonly ok: true; readonly validate: (args: Json) => SchemaVerdict }
  | { readonly ok: false; readonly message: string };
/** `path` and `message` name the argument and the expectation, never the value. */
export type SchemaVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly path: string; readonly message: string };

export type EngineFunctions = { readonly regex: CompileRegex; readonly schema: CompileSchema };
