/** Policy documents for property tests: as people write them, in both dialects, with short forms. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../src/json/json.ts';

const name = fc.oneof(
  fc.constantFrom('amount', 'to', 'constructor', 'a b', 'x-y', 'é', '0', 'a"]'),
  fc.string({ minLength: 1, maxLength: 4 }),
);
const segment = fc.oneof(
  fc.constantFrom('[0]', '[12]', '[*]'),
  name.filter((text) => text.isWellFormed()).map((text) => `[${JSON.stringify(text)}]`),
  fc.constantFrom('.amount', '.x-y', '.é', '.0'),
);
const plainArgument = fc.constantFrom('args.amount', 'args["a b"]', 'args.list[0].price', 'args.constructor');
const path = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('args.a', 'args["b.c"]', 'tool.annotations.x', 'grant.labels.team'),
      fc.array(segment, { maxLength: 3 }),
    )
    .map(([start, rest]) => start + rest.join('')),
  fc.constantFrom(
    'tool.name',
    'tool.class',
    'tool.severity',
    'grant.name',
    'server.name',
    'client.name',
    'client.version',
    'time.hour',
    'time.weekday',
    'time.date',
  ),
);

const json = fc.jsonValue({ maxDepth: 2 }).filter((value) => !hasOddity(value)) as fc.Arbitrary<Json>;
const operand = json.filter((value) => value !== null);
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }))
  .map((value) => value + 0);
const text = fc.string({ maxLength: 8 });

function hasOddity(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value === 'number')
    return Object.is(value, -0) || (Number.isInteger(value) && !Number.isSafeInteger(value));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, inner]) => key === '__proto__' || hasOddity(key) || hasOddity(inner),
  );
}

const OPERANDS = {
  eq: operand,
  neq: operand,
  in: fc.array(operand, { maxLength: 3 }),
  not_in: fc.array(operand, { maxLength: 3 }),
  lt: number,
  lte: number,
  gt: number,
  gte: number,
  contains: json,
  not_contains: json,
  regex: fc.constantFrom('^a+$', '\\d', ''),
  not_regex: fc.constantFrom('x|y'),
  glob: text,
  starts_with: text,
  ends_with: text,
  exists: fc.boolean(),
  type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null'),
  length_lt: fc.nat(),
  length_lte: fc.nat(),
  length_gt: fc.nat(),
  length_gte: fc.nat(),
  path_within: fc.oneof(fc.constantFrom('/srv', 'C:\\data'), fc.constant(['/srv', '/tmp'])),
  host_in: fc.oneof(
    fc.constantFrom('example.com', '*.example.com', '[::1]'),
    fc.constant(['a.b', '127.0.0.1']),
  ),
  cidr_in: fc.oneof(fc.constantFrom('10.0.0.0/8', '::1', 'fd00::/8'), fc.constant(['192.168.0.0/16'])),
} as const;
const CASED = ['eq', 'regex', 'glob', 'contains', 'path_within'];

const comparison = fc.constantFrom(...(Object.keys(OPERANDS) as (keyof typeof OPERANDS)[])).chain((op) =>
  fc.record(
    {
      path,
      op: fc.constant(op),
      value: OPERANDS[op] as fc.Arbitrary<Json>,
      ...(CASED.includes(op) && { ignore_case: fc.boolean() }),
    },
    { requiredKeys: ['path', 'op', 'value'] },
  ),
) as fc.Arbitrary<JsonObject>;

const condition: fc.Arbitrary<JsonObject> = fc.letrec<{ node: JsonObject }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    comparison,
    fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map((any) => ({ any })),
    fc.array(tie('node'), { minLength: 1, maxLength: 2 }).map((all) => ({ all })),
    tie('node').map((not) => ({ not })),
  ),
})).node;

const conditions = fc.array(condition, { maxLength: 2 });
const rule = fc.record(
  { name: fc.string({ minLength: 1, maxLength: 5 }), conditions, on_deny: text },
  { requiredKeys: ['conditions'] },
);
const rules = fc.array(rule, { maxLength: 3 });

const named = fc.constantFrom('second', 'minute', 'hour', 'day', 'week', 'month');
const length = fc.oneof(
  fc.integer({ min: 1, max: 31_622_400 }),
  fc.constantFrom('90s', '15m', '6h', '30d', '366d'),
);
const window = fc.oneof(named, length);
const amount = fc.oneof(
  fc.nat(),
  fc.nat({ max: 1e9 }).map((millionths) => millionths / 1e6),
);
const scopePart = fc.constantFrom(
  'grant',
  'session',
  'server',
  'organization',
  'args.channel',
  'args["a b"]',
);
const scope = fc.oneof(scopePart, fc.uniqueArray(scopePart, { minLength: 1, maxLength: 3 }));
const common = { scope, when: conditions, on_store_error: fc.constantFrom('deny', 'allow'), on_deny: text };
const optional = (model: object, ...requiredKeys: string[]) =>
  fc.record(model as Record<string, fc.Arbitrary<Json>>, { requiredKeys }) as fc.Arbitrary<JsonObject>;
const limit = fc.oneof(
  optional(
    {
      ...common,
      window: named,
      reset: fc.constantFrom('calendar', 'rolling'),
      max: fc.nat(),
      increment: fc.integer({ min: 1, max: 9 }),
    },
    'window',
    'max',
  ),
  optional(
    { ...common, window, reset: fc.constant('rolling'), max: amount, increment_from: plainArgument },
    'window',
    'max',
    'increment_from',
  ),
  optional({ ...common, concurrent: fc.integer({ min: 1, max: 50 }) }, 'concurrent'),
);

const validate = optional({
  required_args: fc.boolean(),
  schema: fc.boolean(),
  unknown_args: fc.constantFrom('allow', 'deny'),
});
const approval = optional({
  timeout: fc.constantFrom('10s', 600, '7d'),
  approvers: fc.constantFrom(['admin'], ['a@b.c', 'd@e.f']),
  required: fc.constantFrom(1, 2),
  self: fc.boolean(),
  remember: fc.constantFrom('none', 'session', '1h', 60),
});
const rate_limit = fc.oneof(
  fc.constantFrom('10/minute', '5/6h'),
  optional({ max: fc.nat(), window }, 'max', 'window'),
);
const spend_limit = optional({ max: amount, window, from: plainArgument }, 'max', 'window', 'from');
const action = fc.constantFrom('allow', 'deny', 'require_approval');

const entry = fc.oneof(
  {
    weight: 4,
    arbitrary: optional({
      action,
      reason: text,
      validate,
      deny_if: rules,
      require: rules,
      require_approval_if: rules,
      approval,
      limits: fc.array(limit, { maxLength: 3 }),
      rate_limit,
      spend_limit,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      rules: fc.uniqueArray(optional({ action, reason: text, validate, rate_limit }), {
        maxLength: 2,
        selector: (one) => ('rate_limit' in one ? 'limited' : JSON.stringify(one)),
      }),
    }) as fc.Arbitrary<JsonObject>,
  },
);
const patterns = fc.array(fc.constantFrom('*', 'docs://*', 'a', 'delete_*'), { maxLength: 3 });
const access = optional({ allow: patterns, deny: patterns });
const tools = fc.dictionary(
  fc.oneof(
    fc.constantFrom('send', 'constructor', 'a/b~c', 'get_*', '7'),
    fc.string({ minLength: 1, maxLength: 6 }).filter((tool) => !tool.includes('*') && tool !== '__proto__'),
  ),
  entry,
  { maxKeys: 4, noNullPrototype: true },
);

/** A document that parses. Counters are numbered, since two limits that share one have to agree. */
export const arbitraryDocument: fc.Arbitrary<JsonObject> = optional(
  {
    $schema: fc.constant('./boomgate-policy-1.schema.json'),
    version: fc.constant('1'),
    description: text,
    time_zone: fc.constantFrom('UTC', 'Europe/Berlin'),
    default: fc.constantFrom('deny', 'allow'),
    hide: patterns,
    all_tools: optional({
      deny_if: rules,
      require: rules,
      require_approval_if: rules,
      limits: fc.array(limit, { maxLength: 2 }),
    }),
    tools,
    resources: access,
    prompts: access,
  },
  'version',
  'default',
).map(numberCounters);

function numberCounters(document: JsonObject): JsonObject {
  let next = 0;
  const withCounter = (one: Json): Json => {
    next += 1;
    return { counter: `counter ${next}`, ...(one as JsonObject) };
  };
  const inRules = (one: JsonObject): JsonObject =>
    Array.isArray(one['limits']) ? { ...one, limits: one['limits'].map(withCounter) } : one;
  const all = document['all_tools'] as JsonObject | undefined;
  const listed = document['tools'] as JsonObject | undefined;
  return {
    ...document,
    ...(all && { all_tools: inRules(all) }),
    ...(listed && {
      tools: Object.fromEntries(
        Object.entries(listed).map(([tool, one]) => [tool, inRules(one as JsonObject)]),
      ),
    }),
  };
}
