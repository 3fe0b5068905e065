import { expect, it } from 'vitest';
import { z } from 'zod';
import { faultWords } from './fault-words.ts';

const said = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: faultWords }).error?.issues.map(({ message }) => message);

it.each([
  [z.string(), 7, 'expected a text, found a number'],
  [z.string(), undefined, 'expected a text, found nothing'],
  [z.string(), null, 'expected a text, found null'],
  [z.array(z.string()), 'x', 'expected a list, found a text'],
  [z.looseObject({}), [], 'expected an object, found a list'],
  [z.int(), 1.5, 'expected a whole number, found a number'],
  [z.boolean(), 'x', 'expected true or false, found a text'],
  [z.string().min(12), 'short', 'expected at least 12 characters'],
  [z.string().min(1), '', 'expected a text, found an empty one'],
  [z.string().max(1), 'ab', 'expected at most 1 character'],
  [z.number().min(2), 1, 'expected at least 2'],
  [z.number().positive(), 0, 'expected more than 0'],
  [z.array(z.number()).max(2), [1, 2, 3], 'expected at most 2 items'],
  [z.email(), 'ann@acme', 'expected an e-mail address such as ann@acme.example'],
  [z.enum(['a', 'b']), 'c', 'expected one of "a", "b"'],
  [z.literal('a'), 'c', 'expected "a"'],
  [z.strictObject({}), { b: 1 }, 'expected no other keys, found "b"'],
  [z.string().regex(/^a$/, 'expected an "a"'), 'b', 'expected an "a"'],
])('%# says what was expected and what was found', (schema, value, words) => {
  expect(said(schema, value)).toEqual([words]);
});
