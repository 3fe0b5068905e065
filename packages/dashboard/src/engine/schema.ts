import type { CompileSchema, SchemaVerdict } from '@boomgate/engine';
import { compilingSchemas, isOldDialect } from '@boomgate/functions';
import { compileSchema as compileNode, type JsonError } from 'json-schema-library';
import { Budget } from './budget.ts';
import { draftOf } from './draft.ts';
import { sayError } from './errors.ts';
import { prepareSchema } from './prepare.ts';

/**
 * Holds arguments against a tool's input schema, JSON Schema 2020-12 or draft-07, without `eval`. The verdict is the
 * gateway's; a test compares the two. What differs: the words of a message and which of several faults is named; a schema
 * that refers to its parts by `$id` or `$dynamicRef` is not understood here; bounds on the work are reached at other sizes. Where they
 * differ, the gateway's word holds. One result per schema object; never throws.
 */
export const compileSchema: CompileSchema = compilingSchemas((schema) => {
  const budget = new Budget();
  const isOld = isOldDialect(schema['$schema']);
  const node = compileNode(prepareSchema(schema, isOld), { drafts: [draftOf(isOld, budget)] });
  const [fault] = node.schemaErrors ?? [];
  if (fault !== undefined) throw new Error(fault.message);
  return { budget, judge: (args) => verdict(node.validate(args).errors) };
});

function verdict([first]: readonly JsonError[]): SchemaVerdict {
  return first === undefined ? { ok: true } : { ok: false, ...sayError(first) };
}
