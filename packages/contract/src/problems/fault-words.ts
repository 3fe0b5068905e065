import type { z } from 'zod';

/** What a schema found: the place is told by who reads, the value itself by nobody, as it may be a secret. */
type Issue = Parameters<z.core.$ZodErrorMap>[0];
type Found<Code extends Issue['code']> = Extract<Issue, { readonly code: Code }>;

/**
 * What was expected and what was found, in words for who wrote it; to be given to `safeParse` as `error`.
 * A schema's own message goes before; undefined where the library's has to do.
 */
export function faultWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kindOf(issue.expected)}, found ${foundIn(issue.input)}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `expected at most ${counted(issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'invalid_value':
      return `expected ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((one) => JSON.stringify(one)).join(', ')}`;
    case 'unrecognized_keys':
      return `expected no other keys, found ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}

function tooSmall({ inclusive = true, minimum, origin }: Found<'too_small'>): string {
  if (Number(minimum) === 1 && origin === 'string') return 'expected a text, found an empty one';
  return inclusive
    ? `expected at least ${counted(minimum, origin)}`
    : `expected more than ${counted(minimum, origin)}`;
}

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  set: ['item', 'items'],
};

function counted(bound: number | bigint | Date, origin: string): string {
  const units = UNITS[origin];
  return units === undefined ? String(bound) : `${String(bound)} ${units[Number(bound) === 1 ? 0 : 1]}`;
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'expected a moment such as 2026-11-22T16:30:00Z',
  email: 'expected an e-mail address such as ann@acme.example',
  url: 'expected an address such as https://mcp.example.com/mcp',
  uuid: 'expected a UUID',
};

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

const kindOf = (expected: string): string => KINDS[expected] ?? expected;

function foundIn(input: unknown): string {
  if (input === undefined) return 'nothing';
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return kindOf(typeof input);
}
