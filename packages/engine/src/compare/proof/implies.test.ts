import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../../cases/functions.ts';
import { compare, NO_RULES, path, rule } from '../../../cases/samples.ts';
import { anyValue, type Pick, picker } from '../../../test/arbitrary-call.ts';
import { seeded, times } from '../../../test/runs.ts';
import { ADDRESSES, MORE_PATHS, MORE_URLS, PATHS, SCALARS, TEXTS, URLS } from '../../../test/values.ts';
import { compileConditions, Places, Work } from '../../conditions/index.ts';
import type { Json } from '../../json/json.ts';
import { rawNumber } from '../../json/raw-number.ts';
import type { Comparison, Condition, Operator } from '../../policy.ts';
import { Budget } from './budget.ts';
import { isMeant, type Literal, triggersOf } from './formula.ts';
import { implies } from './implies.ts';
import { Values } from './values.ts';

/** A rule of one comparison: what of it fires. */
function literal(comparison: Comparison, list: 'denyIf' | 'require', isNegated = false): Literal {
  const condition: Condition = isNegated ? { kind: 'not', of: comparison } : comparison;
  const { refuse } = triggersOf({ ...NO_RULES, [list]: [rule('/r', condition)] }, 'UTC');
  const [joined] = refuse;
  const found = joined?.fires.kind === 'literal' ? undefined : joined?.fires.of[0];
  if (found?.kind !== 'literal') throw new Error('expected one literal');
  return found;
}

const values = () => new Values(testFunctions, new Budget(1e9));
const fires = (comparison: Comparison, list: 'denyIf' | 'require' = 'denyIf'): Literal =>
  literal(comparison, list);
const follows = (one: Literal, other: Literal): boolean => implies(one, other, values());
const a = (op: Operator, value: Json, ignoreCase = false): Comparison =>
  compare('args.a', op, value, ignoreCase);

describe('a comparison', () => {
  it.each<[Comparison, Comparison]>([
    [a('gt', 5), a('gte', 5)],
    [a('gt', 5), a('gt', 4.5)],
    [a('eq', 5), a('gt', 4)],
    [a('eq', 5), a('in', [4, 5])],
    [a('in', ['a', 'b']), a('in', ['c', 'b', 'a'])],
    [a('in', ['a', 'ab']), a('starts_with', 'a')],
    [a('eq', 'abc'), a('regex', '^a')],
    [a('neq', 'a'), a('not_in', ['a'])],
    [a('not_in', ['a', 'b']), a('neq', 'a')],
    [a('length_gt', 4), a('length_gte', 5)],
    [a('length_lt', 5), a('length_lte', 4)],
    [a('starts_with', 'ab'), a('starts_with', 'a')],
    [a('starts_with', 'ab'), a('glob', 'a*')],
    [a('ends_with', '.env'), a('ends_with', 'env')],
    [a('glob', '/srv/*/x'), a('starts_with', '/srv/')],
    [a('starts_with', 'AB'), a('starts_with', 'a', true)],
    [a('path_within', '/srv/a'), a('path_within', ['/tmp', '/srv'])],
    [a('host_in', 'x.a.example'), a('host_in', '*.a.example')],
    [a('host_in', '*.b.a.example'), a('host_in', '*.a.example')],
    [a('cidr_in', '10.1.0.0/16'), a('cidr_in', ['192.168.0.0/16', '10.0.0.0/8'])],
    [a('type', 'integer'), a('type', 'number')],
    [a('eq', 'x'), a('exists', true)],
    [compare('args.a[*]', 'gt', 5), compare('args.a[*]', 'gt', 4)],
  ])(
    '$0.op $0.value fires only where $1.op $1.value does, and not the other way round but for equals',
    (one, other) => {
      expect(follows(fires(one), fires(other))).toBe(true);
      const isSame = one.op.startsWith('length') || ['neq'].includes(one.op);
      if (!isSame) expect(follows(fires(other), fires(one))).toBe(false);
    },
  );

  it.each<[Comparison, Comparison]>([
    [a('gt', 5), a('lte', 5)],
    [a('eq', 'x'), a('neq', 'x')],
    [a('starts_with', '/etc'), a('starts_with', '/srv')],
    [a('path_within', '/etc'), a('path_within', '/srv')],
    [a('host_in', 'evil.example'), a('host_in', ['a.example', '*.b.example'])],
    [a('cidr_in', '10.0.0.0/8'), a('cidr_in', '192.168.0.0/16')],
    [a('contains', 'x'), a('not_contains', 'x')],
  ])('$0.op $0.value refuses only what requiring $1.op $1.value refuses', (denied, required) => {
    expect(follows(fires(denied), fires(required, 'require'))).toBe(true);
    // Where the argument is absent the requirement fails and nothing is denied.
    expect(follows(fires(required, 'require'), fires(denied))).toBe(false);
  });

  it('of another path or another clock says nothing', () => {
    expect(follows(fires(compare('args.b', 'gt', 5)), fires(a('gt', 4)))).toBe(false);
    const hour = compare('time.hour', 'gt', 5);
    const [utc, berlin] = ['UTC', 'Europe/Berlin'].map((zone) => ({
      ...fires(hour),
      timeZone: zone,
      key: zone,
    }));
    expect(utc !== undefined && berlin !== undefined && follows(utc, berlin)).toBe(false);
  });
});

const RELATED: readonly (readonly [readonly Operator[], readonly Json[], boolean])[] = [
  [['lt', 'lte', 'gt', 'gte', 'eq', 'neq'], [0, 1, 2, 100, 0.5], false],
  [
    ['eq', 'neq', 'contains', 'not_contains'],
    ['a', 'A', 'ab', '1', 1, true, 'true', ['a'], [], { a: 1 }, 'ß'],
    true,
  ],
  [
    ['in', 'not_in'],
    [[], ['a'], ['A', 'ab'], [1, '1'], ['1', true], [['a']], ['a', ['a']], [{ a: 1 }, 1]],
    true,
  ],
  [
    ['glob', 'starts_with', 'ends_with', 'contains', 'not_contains', 'eq'],
    ['a', 'ab', 'A', '', 'a*', '*b', 'a*b', 'k'],
    true,
  ],
  [['regex', 'not_regex', 'starts_with'], ['a', '^a', 'a$'], true],
  [['length_lt', 'length_lte', 'length_gt', 'length_gte'], [0, 1, 2, 3], false],
  [['type'], ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'], false],
  [['exists'], [true, false], false],
  [['path_within'], ['/srv', '/srv/x', '/', '/SRV', ['/srv', '/tmp'], 'C:\\srv', 'k:/srv'], true],
  [['host_in'], ['a.example', '*.a.example', ['b.c', '*.example'], '127.0.0.1', '[::1]'], false],
  [
    ['cidr_in'],
    ['10.0.0.0/8', '10.1.2.3', '::/0', '::ffff:10.0.0.0/104', '::ffff:0:0/90', ['fd00::/8', '0.0.0.0/0']],
    false,
  ],
];
const PLACES = ['args.a', 'args.a', 'args.a[*]', 'args.a[*].b', 'args.a.b'];
const VALUES: readonly Json[] = [
  ...SCALARS,
  ...TEXTS,
  ...PATHS,
  ...MORE_PATHS,
  ...URLS,
  ...MORE_URLS,
  ...ADDRESSES,
  'K',
  'abb',
  'b',
  '/tmp/x',
  'https://x.a.example',
  [],
  ['a'],
  [1, 'a'],
  [null],
  {},
  { a: 1 },
  null,
  rawNumber('12345678901234567890'),
  rawNumber('1e500'),
  [['a']],
  { b: 'a' },
  [{ b: 'a' }, { b: 1 }],
  ['a', 'ab', 1],
  [{}],
];

/** Two of one path, mostly of related operators and often with the same operand. */
function anyTwo(pick: Pick): readonly [Literal, Literal] {
  const at = path(pick.of(PLACES));
  const related = pick.of(RELATED);
  const first = pick.of(related[1]);
  const draw = ([ops, operands, isCased]: (typeof RELATED)[number], operand = pick.of(operands)): Literal => {
    const comparison = {
      ...compare('args.a', pick.of(ops), operand, isCased && pick.below(2) === 0),
      path: at,
    };
    return literal(comparison, pick.of(['denyIf', 'require'] as const), pick.below(3) === 0);
  };
  const one = draw(related, first);
  if (pick.below(3) === 0) return [one, draw(pick.of(RELATED))];
  return [one, pick.below(2) === 0 ? draw(related, first) : draw(related)];
}

/** Whether it fires for a call with this argument, as rules are compiled. */
function firesFor({ comparison, quantifier, wanted }: Literal, value: Json | undefined): boolean {
  const test = compileConditions([comparison], quantifier, { ...testFunctions, places: new Places() });
  const args = value === undefined ? {} : { a: value };
  const outcome = test({
    tool: {},
    grant: {},
    server: {},
    client: {},
    time: {},
    args,
    found: [],
    work: new Work(),
  });
  return isMeant(wanted, outcome);
}

describe('what is said to follow', () => {
  it('does, whatever the argument', () => {
    let implied = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const pick = picker(seed);
        const [one, other] = anyTwo(pick);
        if (one.key === other.key || !follows(one, other)) return;
        implied += 1;
        for (const value of [undefined, ...VALUES, ...Array.from({ length: 20 }, () => anyValue(pick))])
          if (firesFor(one, value) && !firesFor(other, value)) expect({ one, other, value }).toBe('implied');
      }),
      seeded(times(4_000)),
    );
    expect(implied).toBeGreaterThan(times(100));
  });
});
