import type { CompileSchema, Json, JsonObject, SchemaVerdict } from '@boomgate/engine';
import { compilingSchemas, isOldDialect, linearPatterns } from '@boomgate/functions';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { boundKeywords } from './keywords.ts';
import { markReferences, ReferenceBudget } from './reference-budget.ts';

/**
 * Compiles a tool's schema, JSON Schema 2020-12 or draft-07 (language §6). Patterns run as RE2; a reference to
 * anywhere outside the schema does not compile, and nothing is ever fetched. One result per schema object.
 */
export const compileSchema: CompileSchema = compilingSchemas((schema) => {
  const budget = new ReferenceBudget();
  const validate = newCompiler(schema, budget).compile(markReferences(withoutId(schema)));
  return { budget, judge: (args) => verdict(validate, args) };
});

/** A compiler for each schema: two tools may use the same `$id`, and a dropped schema leaves nothing behind. */
function newCompiler(schema: JsonObject, budget: ReferenceBudget): Ajv {
  const options = {
    strict: false,
    allErrors: false,
    validateSchema: false,
    logger: false,
    // Made shorter, code runs no faster here, and making it so takes most of the time for a large schema.
    code: { regExp: linearRegExp(budget), optimize: false },
    $comment: budget.spend,
  } as const;
  const ajv = isOldDialect(schema['$schema']) ? new Ajv(options) : new Ajv2020(options);
  // What is noted for `unevaluated…` alone makes its code fail on some combinations of `anyOf` and `patternProperties`.
  if (!JSON.stringify(schema).includes('"unevaluated')) ajv.opts.unevaluated = false;
  addFormats.default(ajv);
  boundKeywords(ajv, budget);
  return ajv;
}

/** The dialect is chosen by us and the schema stands alone, so neither key has a task left. */
function withoutId({ $schema: _dialect, $id: _id, ...schema }: JsonObject): JsonObject {
  return schema;
}

function linearRegExp(budget: ReferenceBudget) {
  const linear = linearPatterns(budget);
  const compilePattern = (pattern: string) => ({
    ...linear(pattern),
    // The compiler takes two that look alike for one and the same.
    toString: () => pattern,
  });
  // The name that generated stand-alone code would import; no such code is made here.
  return Object.assign(compilePattern, { code: 're2js' });
}

function verdict(validate: ValidateFunction, args: Json): SchemaVerdict {
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
