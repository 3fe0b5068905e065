import { canonicalJson, type Json } from '@boomgate/engine';
import { FORMAT_COST, linearPatterns } from '@boomgate/functions';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { draft2020, type JsonSchema, type Keyword, type SchemaNode } from 'json-schema-library';
import type { Budget } from './budget.ts';

/**
 * Keywords whose meaning in the gateway the library does not share: patterns are RE2, formats those of the gateway, numbers
 * are compared and divided as they are; and equal elements are found in linear time.
 */
export function ownKeywords(budget: Budget): readonly Keyword[] {
  const linear = linearPatterns(budget);
  return [
    pattern(linear),
    patternProperties(linear),
    format(budget),
    uniqueItems(budget),
    ...Object.entries(NUMBERS).map(([name, holds]) => numbers(name, holds)),
  ];
}

type Linear = ReturnType<typeof linearPatterns>;

function pattern(linear: Linear): Keyword {
  const compiled = new WeakMap<SchemaNode, ReturnType<Linear>>();
  return {
    id: 'pattern',
    keyword: 'pattern',
    parse: (node) => void compiled.set(node, linear(asText(node.schema['pattern']))),
    addValidate: () => true,
    validate: ({ data, node, pointer }) =>
      typeof data !== 'string' || compiled.get(node)?.test(data) === true
        ? undefined
        : node.createError('pattern-error', { pointer, schema: node.schema, value: data }),
  };
}

function patternProperties(linear: Linear): Keyword {
  return {
    ...keyword('patternProperties'),
    parse: (node) => {
      const schemas: Readonly<Record<string, JsonSchema>> = node.schema['patternProperties'];
      node.patternProperties = Object.entries(schemas).map(([name, schema]) => {
        const place = `/patternProperties/${name}`;
        return {
          name,
          // The library asks for a RegExp and uses nothing of it but `test`.
          pattern: linear(name) as RegExp,
          node: node.compileSchema(
            schema,
            `${node.evaluationPath}${place}`,
            `${node.schemaLocation}${place}`,
          ),
        };
      });
    },
  };
}

type Format = (value: string | number) => boolean;

function format(budget: Budget): Keyword {
  return {
    id: 'format',
    keyword: 'format',
    addValidate: () => true,
    validate: ({ data, node, pointer }) => {
      const { of, test } = formatOf(node.schema['format']);
      if (typeof data !== of) return undefined;
      if (typeof data === 'string') budget.read(data.length * FORMAT_COST);
      // `typeof` was compared just above.
      if (test(data as string | number)) return undefined;
      return node.createError('format-error', { pointer, schema: node.schema, value: data });
    },
  };
}

/** Of the formats that the gateway knows; a name that it does not know asks for nothing. */
function formatOf(name: unknown): { readonly of: 'string' | 'number'; readonly test: Format } {
  const found = Object.entries(fullFormats).find(([known]) => known === name)?.[1];
  if (found instanceof RegExp) return { of: 'string', test: (value) => found.test(String(value)) };
  // Of each format the function takes the kind of value that the format is for.
  if (typeof found === 'function') return { of: 'string', test: found as Format };
  if (typeof found !== 'object' || !('validate' in found) || typeof found.validate !== 'function')
    return { of: 'string', test: () => true };
  return { of: found.type === 'number' ? 'number' : 'string', test: found.validate as Format };
}

type Compare = (data: number, operand: number) => boolean;

const NUMBERS: Readonly<Record<string, Compare>> = {
  minimum: (data, least) => data >= least,
  maximum: (data, most) => data <= most,
  exclusiveMinimum: (data, below) => data > below,
  exclusiveMaximum: (data, above) => data < above,
  multipleOf: (data, step) => Number.isInteger(data / step),
};

function numbers(name: string, holds: Compare): Keyword {
  return {
    id: name,
    keyword: name,
    addValidate: () => true,
    validate: ({ data, node, pointer }) =>
      typeof data !== 'number' || holds(data, Number(node.schema[name]))
        ? undefined
        : node.createError(`${name}-error`, { pointer, schema: node.schema, value: data }),
  };
}

function uniqueItems(budget: Budget): Keyword {
  return {
    ...keyword('uniqueItems'),
    validate: ({ data, node, pointer }) => {
      if (!Array.isArray(data)) return undefined;
      // Arguments are JSON.
      const texts = (data as readonly Json[]).map((element) => canonicalJson(element));
      budget.read(texts.reduce((sum, text) => sum + text.length, 0));
      if (new Set(texts).size === data.length) return undefined;
      return node.createError('unique-items-error', { pointer, schema: node.schema, value: data });
    },
  };
}

function keyword(name: string): Keyword {
  const found = draft2020.keywords.find((one) => one.keyword === name);
  if (found === undefined) throw new Error(`expected the keyword ${name}`);
  return found;
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`expected a text as pattern, found ${typeof value}`);
  return value;
}
