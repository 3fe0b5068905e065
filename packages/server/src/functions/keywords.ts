import { canonicalJson, type Json, type JsonObject } from '@boomgate/engine';
import { FORMAT_COST } from '@boomgate/functions';
import { type Ajv, str } from 'ajv';
import type { ReferenceBudget } from './reference-budget.ts';

/** What making the canonical text of one element costs besides its characters, in units of work. */
const ELEMENT = 128;
/** What one name costs that is counted. */
const NAME = 8;

/**
 * Replaces keywords whose work on one value grows with more than its size, or is done again by every subschema that has
 * them: lengths are counted only where that decides, equal elements are found by their canonical text, and formats are paid
 * for. Meaning and messages stay those of JSON Schema.
 */
export function boundKeywords(ajv: Ajv, budget: ReferenceBudget): void {
  for (const [name, format] of Object.entries(ajv.formats)) {
    const test = format instanceof RegExp ? (text: string) => format.test(text) : format;
    if (typeof test !== 'function') continue;
    ajv.addFormat(name, (text: string) => {
      budget.read(text.length * FORMAT_COST);
      // Formats of texts take texts; those of numbers are no functions.
      return (test as (text: string) => boolean)(text);
    });
  }
  for (const keyword of ['minLength', 'maxLength', 'uniqueItems']) ajv.removeKeyword(keyword);
  boundCounts(ajv, budget);
  ajv.addKeyword({
    keyword: 'minLength',
    type: 'string',
    schemaType: 'number',
    validate: (limit: number, text: string) => text.length >= 2 * limit || countUpTo(text, limit) >= limit,
    error: { message: ({ schemaCode }) => str`must NOT have fewer than ${schemaCode} characters` },
  });
  ajv.addKeyword({
    keyword: 'maxLength',
    type: 'string',
    schemaType: 'number',
    validate: (limit: number, text: string) => text.length <= limit || countUpTo(text, limit + 1) <= limit,
    error: { message: ({ schemaCode }) => str`must NOT have more than ${schemaCode} characters` },
  });
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isWanted: boolean, list: readonly Json[]) => !isWanted || areUnique(list),
    error: { message: 'must NOT have duplicate items' },
  });

  /** Code points of a text, counted no further than asked. */
  function countUpTo(text: string, most: number): number {
    let count = 0;
    for (let at = 0; at < text.length && count < most; count += 1)
      // The index lies within the text.
      at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
    budget.read(count);
    return count;
  }

  function areUnique(list: readonly Json[]): boolean {
    const texts = new Set<string>();
    for (const element of list) {
      const text = canonicalJson(element);
      budget.read(ELEMENT + text.length);
      texts.add(text);
    }
    return texts.size === list.length;
  }
}

/** Names are counted each time that a schema asks how many there are. */
function boundCounts(ajv: Ajv, budget: ReferenceBudget): void {
  const fits = {
    minProperties: { words: 'fewer', judge: (count: number, limit: number) => count >= limit },
    maxProperties: { words: 'more', judge: (count: number, limit: number) => count <= limit },
  } as const;
  for (const [keyword, { judge, words }] of Object.entries(fits)) {
    ajv.removeKeyword(keyword);
    ajv.addKeyword({
      keyword,
      // Of an object without names that one finds nothing wrong, and nothing behind it is looked at.
      before: 'propertyNames',
      type: 'object',
      schemaType: 'number',
      validate: (limit: number, object: JsonObject) => {
        const names = Object.keys(object).length;
        budget.read(names * NAME);
        return judge(names, limit);
      },
      error: { message: ({ schemaCode }) => str`must NOT have ${words} than ${schemaCode} properties` },
    });
  }
}
