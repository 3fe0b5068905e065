/**
 * Policy documents and calls that meet: few names and few values, so that rules fire, fail and cannot be decided about
 * equally often. Every operator, nesting, patterns, limits with scopes; arguments of every wrong kind.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Json, JsonObject } from '../src/index.ts';
import { HOSTS, isWritable, KEYS, NUMBERS, ODD_TEXTS, RANGES, SCALARS, TEXTS } from './values.ts';

const text = fc.constantFrom(...TEXTS, ...TEXTS, ...ODD_TEXTS);
const scalar = fc.constantFrom(...SCALARS.filter(isWritable));
const key = fc.constantFrom(...KEYS);
const operand: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.dictionary(key, scalar, { maxKeys: 2, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constantFrom<Json>([null], [['a']], { a: [1] }, { a: null }, [{ a: '1' }]) },
);
const list = fc.array(operand, { maxLength: 4 });
const number = fc.constantFrom(...NUMBERS.filter(isWritable));
const count = fc.integer({ min: 0, max: 3 });
const oneOrMore = (of: readonly string[]) =>
  fc.oneof(fc.constantFrom(...of), fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 3 }));
/** Its program is so long that reading a few characters takes all the work of one decision. */
const COSTLY = '(?:x*y*z*){900}[ab]';
const regex = fc.constantFrom('^a', 'a$', '\\d', '', '^(a|ab)$', '\\.', COSTLY, COSTLY);
const glob = fc.oneof(text, fc.constantFrom('*', 'a*', '*b', 'a*b', '*a*b*', '**', '/srv/*'));

const OPERANDS = {
  eq: operand,
  neq: operand,
  in: list,
  not_in: list,
  lt: number,
  lte: number,
  gt: number,
  gte: number,
  contains: fc.oneof(operand, fc.constant(null)),
  not_contains: fc.oneof(operand, fc.constant(null)),
  regex,
  not_regex: regex,
  glob,
  starts_with: text,
  ends_with: text,
  exists: fc.boolean(),
  type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null'),
  length_lt: count,
  length_lte: count,
  length_gt: count,
  length_gte: count,
  path_within: oneOrMore(['/srv', '/srv/x', '/', 'C:\\srv', 'k:/srv', '/SRV']),
  host_in: oneOrMore(HOSTS),
  cidr_in: oneOrMore(RANGES),
} satisfies Record<string, fc.Arbitrary<Json>>;
const UNCASED = ['lt', 'lte', 'gt', 'gte', 'exists', 'type', 'host_in', 'cidr_in'];
const takesCase = (op: string) => !UNCASED.includes(op) && !op.startsWith('length');

const argument = fc.constantFrom(
  'args.a',
  'args.b',
  'args.c',
  'args.amount',
  'args["x y"]',
  'args.constructor',
);
const deeper = fc.constantFrom('.a', '.b', '[0]', '[1]', '.length', '.rawJSON', '["x y"]', '.__proto__');
const place = fc.oneof(
  argument,
  fc.tuple(argument, fc.array(deeper, { maxLength: 2 })).map(([at, more]) => at + more.join('')),
);
const path = fc.oneof(
  { weight: 6, arbitrary: place },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'args.list[*]',
      'args.list[*].a',
      'args.list[*][*]',
      'args.list[0].a',
      'args.a[*].b[*]',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'tool.name',
      'tool.class',
      'tool.annotations.a',
      'grant.labels.a',
      'grant.name',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('server.name', 'client.name', 'client.version', 'time.hour', 'time.weekday'),
  },
);

export const comparison = fc
  .constantFrom(...(Object.keys(OPERANDS) as (keyof typeof OPERANDS)[]))
  .chain((op) => {
    // The table holds arbitraries of different JSON.
    const value = OPERANDS[op] as fc.Arbitrary<Json>;
    const cased = takesCase(op) ? { ignore_case: fc.boolean() } : {};
    return fc.record({ path, op: fc.constant(op), value, ...cased }) as fc.Arbitrary<JsonObject>;
  });
const { condition } = fc.letrec<{ condition: JsonObject }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: comparison },
    {
      weight: 1,
      arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    },
    { weight: 1, arbitrary: tie('condition').map((not) => ({ not })) },
  ),
}));

const conditions = (minLength: number) => fc.array(condition, { minLength, maxLength: 2 });
const rules = (maxLength: number) =>
  fc.array(
    fc.record({
      conditions: fc.oneof({ weight: 9, arbitrary: conditions(1) }, { weight: 1, arbitrary: conditions(0) }),
    }),
    { maxLength },
  );
const scope = fc.oneof(
  fc.constantFrom('grant', 'session', 'server', 'organization', 'args.a', 'args.b', 'args.list[0]'),
  fc.uniqueArray(fc.constantFrom('grant', 'session', 'args.a', 'args.a.b', 'args["x y"]'), {
    minLength: 1,
    maxLength: 3,
  }),
);
const record = (required: Record<string, fc.Arbitrary<Json>>, optional: Record<string, fc.Arbitrary<Json>>) =>
  fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required), noNullPrototype: true });
const common = {
  scope,
  when: fc.array(condition, { maxLength: 1 }),
  on_deny: text,
  on_store_error: fc.constantFrom('allow', 'deny'),
};
const window = { window: fc.constantFrom('minute', 'day', 'month', '90s', 60) };
const limit: fc.Arbitrary<JsonObject> = fc.oneof(
  record({ ...window, max: count }, { ...common, increment: fc.constantFrom(1, 3) }),
  record({ window: fc.constantFrom('hour', 'week'), reset: fc.constant('calendar'), max: count }, common),
  record(
    {
      ...window,
      max: fc.constantFrom(0, 1.5, 100),
      increment_from: fc.constantFrom('args.amount', 'args.a', 'args.list[0]'),
    },
    common,
  ),
  record({ concurrent: fc.integer({ min: 1, max: 2 }) }, common),
);

const ofAll = {
  deny_if: rules(1),
  require: rules(1),
  require_approval_if: rules(1),
  limits: fc.array(limit, { maxLength: 1 }),
};
const validate = record(
  {},
  { required_args: fc.boolean(), schema: fc.boolean(), unknown_args: fc.constantFrom('allow', 'deny') },
);
const entry = record(
  {},
  {
    action: fc.constantFrom(...Array<string>(8).fill('allow'), 'require_approval', 'deny'),
    deny_if: rules(2),
    require: rules(2),
    require_approval_if: rules(2),
    limits: fc.array(limit, { maxLength: 3 }),
  },
);
const validated = fc.tuple(entry, validate).map(([one, asked]) => ({ ...one, validate: asked }));
const anyEntry = fc.oneof({ weight: 5, arbitrary: entry }, { weight: 1, arbitrary: validated });
/** No two of these tie: each has another number of literal characters, or nothing in common. */
const NAMED = ['send', 'get_x', 'a/b~c', 'constructor', '*', '*x', 'g*x', 'get*', 'send_*', '*~c'];
const patterns = fc.array(fc.constantFrom('send_m', '*~*', 'get_xx', 'docs://*', 'docs://a', '*a*'), {
  maxLength: 1,
});
const listed = fc.array(fc.constantFrom('docs://*', 'docs://a', '*b*', 'get_x', '*'), { maxLength: 2 });
const access = record({}, { allow: listed, deny: listed });

/** A document that parses; a counter's name says what its limit is, so that two of one name agree. */
export const arbitraryPolicy: fc.Arbitrary<JsonObject> = record(
  {
    version: fc.constant('1'),
    default: fc.constantFrom('deny', 'allow', 'allow', 'allow'),
    tools: fc.dictionary(fc.constantFrom(...NAMED), anyEntry, {
      maxKeys: 5,
      minKeys: 1,
      noNullPrototype: true,
    }),
  },
  {
    hide: patterns,
    all_tools: record({}, ofAll),
    resources: access,
    prompts: access,
    time_zone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata'),
  },
).map(nameCounters) as fc.Arbitrary<JsonObject>;

function nameCounters(value: Json): Json {
  if (Array.isArray(value)) return value.map(nameCounters);
  if (typeof value !== 'object' || value === null) return value;
  // Neither a scalar, null nor an array.
  const object = value as JsonObject;
  if (!('window' in object || 'concurrent' in object)) {
    return Object.fromEntries(Object.entries(object).map(([name, inner]) => [name, nameCounters(inner)]));
  }
  const { max: _max, when: _when, on_deny: _onDeny, ...agreed } = object;
  const hash = createHash('sha256').update(JSON.stringify(agreed)).digest('hex');
  return { ...object, counter: `c${hash}` };
}
