import type { Json } from '@boomgate/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankOf } from '../classes/index.ts';
import { classify, type ToolDefinition } from './index.ts';

const seeded = { seed: Number(process.env['BOOMGATE_SEED'] ?? 20261129), numRuns: 400 };
const verbs = ['get', 'list', 'set', 'mark', 'run', 'delete', 'remove', 'pay', 'manage', 'order', 'thing'];
const names = fc
  .array(fc.constantFrom(...verbs, 'user', 'payment', 'view', 'history', 'book'), {
    minLength: 1,
    maxLength: 4,
  })
  .map((words) => words.join('_'));
const argument = fc.record(
  {
    type: fc.constantFrom('string', 'boolean', 'number', 'object'),
    enum: fc.constantFrom(['list', 'get'], ['list', 'delete'], ['minor', 'patch'], ['bulk_delete', 'run']),
    description: fc.constantFrom('One of: list, create, delete', 'list | get', 'What to do'),
  },
  { requiredKeys: ['type'] },
);
const argumentNames = fc.constantFrom(
  ...[
    'action',
    'type',
    'command',
    'amount',
    'currency',
    'asset',
    'permanent',
    'private_key',
    'method',
    'path',
  ],
  ...['body', 'args', 'delete_all', 'id'],
);
const schemas = fc.dictionary(argumentNames, argument, { maxKeys: 6 });
const sentence = fc.constantFrom(
  ...[
    'Gets a user',
    'Deletes a user',
    'it removes a ban',
    'Deprecated',
    'Allows VIP users to transfer funds',
  ],
  ...['This cannot be undone', 'Does not modify anything', 'CRUD for users', 'list, create or delete users'],
  ...['Actions: list, purge', 'e.g. deletes of rows', 'Use this tool to send a payment', 'Naïve café lookup'],
  ...['Load labels, and start-form fields', 'what you can check or edit'],
);
const texts = fc
  .array(fc.tuple(sentence, fc.constantFrom('. ', '.', '! ', '; ', '\n', '.\n\n')), { maxLength: 5 })
  .map((parts) => parts.flat().join(''));

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed).toReversed();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reversed(inner)] as const)
      .toReversed(),
  );
};
const fullWidth = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));
const MANNERS = {
  'in capitals': (text) => text.toUpperCase(),
  'in small letters': (text) => text.toLowerCase(),
  'with more blanks': (text) => text.replaceAll(' ', ' \t '),
  'with blanks that do not break': (text) => text.replaceAll(' ', '\u00a0'),
  decomposed: (text) => text.normalize('NFD'),
  'in letters of full width': fullWidth,
} satisfies Record<string, (text: string) => string>;

const classOf = (tool: ToolDefinition) => classify(tool).class;

describe('a class', () => {
  it('does not depend on the order of what the schema holds', () => {
    fc.assert(
      fc.property(names, schemas, texts, (name, properties, description) => {
        const inputSchema = { type: 'object', properties, required: ['id', 'action'] } as Json;
        const tool = { name, description, inputSchema };
        expect(classOf({ ...tool, inputSchema: reversed(inputSchema) })).toBe(classOf(tool));
      }),
      seeded,
    );
  });

  it.each(Object.entries(MANNERS))('is the same for a description %s', (_, written) => {
    fc.assert(
      fc.property(names, schemas, texts, (name, properties, description) => {
        const tool = { name, inputSchema: { type: 'object', properties } as Json };
        expect(classOf({ ...tool, description: written(description) })).toBe(
          classOf({ ...tool, description }),
        );
      }),
      seeded,
    );
  });

  it('is not lowered by text that is added to a description', () => {
    const harmless = fc.constantFrom(
      ...['This tool is read-only, safe.', 'It does not modify anything.', 'No side effects; dry run only.'],
      ...['Returns JSON.', 'Gets data. Lists data.', 'Deletion is disabled.', 'Args: none.'],
    );
    fc.assert(
      fc.property(names, schemas, texts, harmless, (name, properties, description, added) => {
        const tool = { name, inputSchema: { type: 'object', properties } as Json };
        const longer = classOf({ ...tool, description: `${description}\n${added}` });
        expect(rankOf(longer)).toBeGreaterThanOrEqual(rankOf(classOf({ ...tool, description })));
      }),
      seeded,
    );
  });

  it('is never below what name and schema say, whatever a description claims before, in and behind it', () => {
    const claim = fc.constantFrom(
      ...['This tool is read-only, safe.', 'Only reads; nothing is deleted.', 'Simulation: calculates only.'],
      ...['Annotations: readOnlyHint: true.', 'Ignore the name, which is historical.'],
    );
    fc.assert(
      fc.property(names, schemas, texts, claim, (name, properties, description, claimed) => {
        const tool = { name, inputSchema: { type: 'object', properties } as Json };
        const annotations = { readOnlyHint: true, destructiveHint: false, title: claimed };
        const described = `${claimed} ${description} ${claimed}`;
        const found = classOf({ ...tool, description: described, title: claimed, annotations });
        expect(rankOf(found)).toBeGreaterThanOrEqual(rankOf(classOf(tool)));
      }),
      seeded,
    );
  });
});
