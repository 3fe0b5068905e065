import { compilePolicy, decide, type JsonObject, parsePolicy } from '@boomgate/engine';
import { describe, expect, it } from 'vitest';
import { engineFunctions } from '../../src/index.ts';
import { type Agent, bootCases, expectDeny, expectSame, PAIRINGS, useCases } from './support/index.ts';

type Comparison = readonly [path: string, op: string, value: unknown];
const condition = ([path, op, value]: Comparison): object => ({ path, op, value });
const required = (...all: readonly Comparison[]): object => ({
  require: [{ conditions: all.map(condition) }],
});
const refused = (...all: readonly Comparison[]): object => ({
  deny_if: [{ conditions: all.map(condition) }],
});

type Case = {
  /** The tool's entry: exactly the condition of the case. */
  readonly entry: object;
  readonly denied: readonly JsonObject[];
  /** What the same entry lets through: a condition that refuses everything proves nothing. */
  readonly allowed: readonly JsonObject[];
};

const FULLWIDTH = '\uff52\uff4d -rf';
const ZERO_WIDTH = 'r\u200bm -rf';
const BIDI = '\u202erm -rf';
const ALIKE = [FULLWIDTH, ZERO_WIDTH, BIDI];

const CASES: Readonly<Record<string, Case>> = {
  'B-02 null under neq in require': {
    entry: required(['args.env', 'neq', 'prod']),
    denied: [{ env: null }, {}, { env: 'prod' }],
    allowed: [{ env: 'test' }],
  },
  'B-02 null under neq in deny_if': {
    entry: refused(['args.env', 'neq', 'test']),
    denied: [{ env: null }, {}, { env: 'prod' }],
    allowed: [{ env: 'test' }],
  },
  'B-03 array instead of scalar': {
    entry: required(['args.table', 'not_in', ['users']]),
    denied: [{ table: ['users'] }, { table: [['users']] }, { table: { 0: 'users' } }],
    allowed: [{ table: 'orders' }],
  },
  'B-06 string as number': {
    entry: required(['args.branch', 'eq', '1']),
    denied: [{ branch: 1 }, { branch: true }, { branch: ['1'] }],
    allowed: [{ branch: '1' }],
  },
  'B-06 string as number, in deny_if': {
    entry: refused(['args.branch', 'eq', '1']),
    denied: [{ branch: 1 }, { branch: '1' }],
    allowed: [{ branch: '2' }],
  },
  'B-07 boolean as number or string': {
    entry: required(['args.force', 'eq', false]),
    denied: [{ force: 0 }, { force: 'false' }, { force: '' }, { force: null }, {}, { force: true }],
    allowed: [{ force: false }],
  },
  'B-09 regex anchoring': {
    entry: required(['args.env', 'regex', '^prod$']),
    denied: [{ env: 'prod\n' }, { env: 'x\nprod\ny' }, { env: 'prod ' }, { env: 'PROD' }],
    allowed: [{ env: 'prod' }],
  },
  'B-10 regex on non-string': {
    entry: required(['args.id', 'regex', '^[0-9]+$']),
    denied: [{ id: 12 }, { id: ['12'] }, { id: { toString: '12' } }],
    allowed: [{ id: '12' }],
  },
  'B-10 regex on non-string, in deny_if': {
    entry: refused(['args.id', 'regex', '^[a-z]+$']),
    denied: [{ id: 12 }, { id: ['12'] }, { id: 'abc' }],
    allowed: [{ id: '12' }, {}],
  },
  'B-14 Unicode normal forms: an allow list matches its own form alone': {
    entry: required(['args.place', 'in', ['caf\u00e9']]),
    denied: [{ place: 'cafe\u0301' }],
    allowed: [{ place: 'caf\u00e9' }],
  },
  'B-15 look-alikes pass no allow list': {
    entry: required(['args.command', 'regex', '^[a-z -]{1,40}$'], ['args.command', 'not_contains', 'rm -rf']),
    denied: [...ALIKE, 'rm -rf'].map((command) => ({ command })),
    allowed: [{ command: 'ls -l' }],
  },
  'B-15 a deny list is closed by refusing what is not plain': {
    entry: {
      deny_if: [
        { conditions: [condition(['args.command', 'contains', 'rm -rf'])] },
        { conditions: [condition(['args.command', 'not_regex', '^[\\x20-\\x7e]*$'])] },
      ],
    },
    denied: [...ALIKE, 'rm -rf'].map((command) => ({ command })),
    allowed: [{ command: 'ls -l' }],
  },
  'B-17 sparse path through arrays': {
    entry: required(['args.items[*].amount', 'lte', 100], ['args.items', 'length_gte', 1]),
    denied: [
      { items: [] },
      { items: [{ amount: 1 }, {}] },
      { items: [{ amount: 1 }, { amount: 999 }] },
      { items: { 0: { amount: 1 } } },
      { items: [{ amount: 1 }, { amount: '1' }] },
      {},
    ],
    allowed: [{ items: [{ amount: 1 }, { amount: 100 }] }],
  },
  'B-17 an empty list satisfies every element, as the language says': {
    entry: required(['args.items[*].amount', 'lte', 100]),
    denied: [{ items: [{}] }, { items: { 0: { amount: 1 } } }, { items: 'x' }],
    allowed: [{ items: [] }],
  },
  'B-19 contains means element of a list and part of a text': {
    entry: refused(['args.role', 'contains', 'admin']),
    denied: [{ role: 'superadmin' }, { role: ['admin'] }, { role: 7 }],
    allowed: [{ role: ['superadmin'] }, { role: 'reader' }],
  },
  'B-19 type tells the two apart': {
    entry: required(['args.role', 'type', 'array'], ['args.role', 'contains', 'admin']),
    denied: [{ role: 'superadmin' }, { role: ['superadmin'] }],
    allowed: [{ role: ['admin'] }],
  },
  'B-20 in with an empty list admits nothing': {
    entry: required(['args.x', 'in', []]),
    denied: [{ x: 1 }, { x: null }, {}],
    allowed: [],
  },
  'B-20 a deny_if without conditions refuses every call': {
    entry: { deny_if: [{ conditions: [] }] },
    denied: [{}, { x: 1 }],
    allowed: [],
  },
  'B-22 deny wins, first rule': {
    entry: {
      deny_if: [
        { name: 'same', conditions: [condition(['args.x', 'eq', 1])] },
        { name: 'same', conditions: [condition(['args.x', 'eq', 2])] },
      ],
      require: [{ name: 'same', conditions: [condition(['args.x', 'lte', 2])] }],
    },
    denied: [{ x: 1 }, { x: 2 }, { x: 3 }],
    allowed: [{ x: 0 }],
  },
  'B-22 deny wins, the same rules in another order': {
    entry: {
      require: [{ name: 'same', conditions: [condition(['args.x', 'lte', 2])] }],
      deny_if: [
        { name: 'same', conditions: [condition(['args.x', 'eq', 2])] },
        { name: 'same', conditions: [condition(['args.x', 'eq', 1])] },
      ],
    },
    denied: [{ x: 1 }, { x: 2 }, { x: 3 }],
    allowed: [{ x: 0 }],
  },
  'B-26 unknown arguments': {
    entry: { validate: { unknown_args: 'deny' } },
    denied: [{ sudo: true }, { path: 'x', sudo: true }, { Path: 'x' }],
    allowed: [{ path: 'x' }, {}],
  },
};

/** Tools whose input schema was made to hurt who validates with it. */
const SCHEMAS: Readonly<Record<string, object>> = {
  b_25_pattern: { properties: { path: { type: 'string', pattern: '^(a+)+$' } } },
  b_25_doubling: {
    $defs: doubling(20),
    properties: { path: { allOf: [{ $ref: '#/$defs/d20' }, { maxLength: 3 }] } },
  },
  b_25_fetch: { properties: { path: { $ref: 'http://169.254.169.254/latest' } } },
};

function doubling(depth: number): object {
  const levels = Array.from({ length: depth }, (_, at) => {
    const below = { $ref: `#/$defs/d${at}` };
    return [`d${at + 1}`, { allOf: [below, below] }] as const;
  });
  // The text satisfies every level, so that no branch ends early; what refuses it comes last.
  return { d0: { type: 'string', pattern: '^a+!$' }, ...Object.fromEntries(levels) };
}

const toolOf = (id: string): string => `b${Object.keys(CASES).indexOf(id)}`;
const policy = {
  version: '1',
  default: 'deny',
  tools: {
    ...Object.fromEntries(Object.entries(CASES).map(([id, { entry }]) => [toolOf(id), entry])),
    ...Object.fromEntries(Object.keys(SCHEMAS).map((name) => [name, { validate: { schema: true } }])),
  },
};
const tools = [
  ...Object.keys(CASES).map((id) => ({
    name: toolOf(id),
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
  })),
  ...Object.entries(SCHEMAS).map(([name, schema]) => ({ name, inputSchema: { type: 'object', ...schema } })),
];

describe.each(PAIRINGS)('B conditions, $agent agent, $server server', (pairing) => {
  const agent = (): Agent => suite().agent(pairing);

  it.each(Object.entries(CASES))('%s', async (id, { allowed, denied }) => {
    for (const args of denied)
      await expectDeny(suite(), () => agent().call(toolOf(id), args), { rule: /tools/ });
    for (const args of allowed) await expectSame(suite(), () => agent().call(toolOf(id), args), args);
  });

  it.each(Object.keys(SCHEMAS))('B-25 schema says more than the policy: %s', async (name) => {
    const startedMs = performance.now();
    await expectDeny(suite(), () => agent().call(name, { path: `${'a'.repeat(27)}!` }), { rule: /validate/ });
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

const suite = useCases({ policy, tools });

describe('B-08 NaN through coercion', () => {
  const parsed = parsePolicy(
    JSON.stringify({
      version: '1',
      default: 'allow',
      tools: {
        lt: refused(['args.x', 'gt', 1]),
        need: required(['args.x', 'lte', 1]),
        not: { deny_if: [{ conditions: [{ not: condition(['args.x', 'lte', 1]) }] }] },
        negative: required(['args.x', 'neq', 1]),
      },
    }),
    engineFunctions,
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const compiled = compilePolicy(parsed.policy, engineFunctions);

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, 10n, () => 1, Symbol('x')])(
    '%s is refused by every comparison',
    (x) => {
      for (const name of ['lt', 'need', 'not', 'negative']) {
        const call = {
          tool: { name, annotations: {} },
          // The case is about what is no JSON at all.
          args: { x } as unknown as JsonObject,
          grant: { id: 'g', name: 'g', labels: {} },
          server: { id: 's', name: 's' },
          organization: 'o',
          session: 'g',
          client: {},
          nowMs: 0,
        };
        expect([name, decide(compiled, call).decision.outcome]).toEqual([name, 'deny']);
      }
    },
  );
});

describe('documents that are not taken', () => {
  const text = (entry: unknown): string =>
    JSON.stringify({ version: '1', default: 'deny', tools: { t: entry } });
  const rule = (one: unknown): string => text({ deny_if: [{ conditions: [one] }] });

  it.each<[string, string]>([
    ['B-20 any without a condition', rule({ any: [] })],
    ['B-20 all without a condition', rule({ all: [] })],
    ['B-21 unknown operator', rule({ path: 'args.x', op: 'lteq', value: 5 })],
    ['B-21 an operator that is an inherited name', rule({ path: 'args.x', op: '__proto__', value: 5 })],
    ['B-21 another inherited name', rule({ path: 'args.x', op: 'constructor', value: 5 })],
    ['B-21 misspelt operand', rule({ path: 'args.x', op: 'eq', vlaue: 5 })],
    ['B-21 operand of a wrong type', rule({ path: 'args.x', op: 'in', value: 'usd' })],
    ['B-21 unknown key of an entry', text({ deny_fi: [] })],
    ['B-24 comments', `/* x */${text({})}`],
    ['B-24 byte-order mark', `\ufeff${text({})}`],
    ['B-24 10 MB', text({ reason: 'x'.repeat(10 * 1024 * 1024) })],
    ['B-24 depth of 10,000', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['B-24 duplicate key', text({}).replace('"t":', '"t":{"action":"deny"},"t":')],
    ['B-24 duplicate through escapes', text({}).replace('"t":', '"\\u0074":{"action":"deny"},"t":')],
    ['B-24 $ref', text({ $ref: '#/tools/other' })],
  ])('%s', (_title, document) => {
    expect(parsePolicy(document, engineFunctions).ok).toBe(false);
  });

  it('B-21 a document that is not a policy never comes into force', async () => {
    const bad = { version: '1', default: 'allow', tools: { t: { deny_fi: [] } } };
    await expect(bootCases({ policy: bad })).rejects.toThrow(/deny_fi/);
  });
});
