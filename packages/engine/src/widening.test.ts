/**
 * "An error never widens access", stated exactly: what replacing an argument by something ill-typed, or leaving it out, can do to
 * a decision. Absence is no error to a positive operator in `deny_if` (policy language §4), so that is the one case left out.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../cases/functions.ts';
import { call, compare, policy, rule } from '../cases/samples.ts';
import { seeded, times } from '../test/runs.ts';
import { compilePolicy, decide } from './decide/index.ts';
import type { Json, JsonObject } from './json/json.ts';
import { rawNumber } from './json/raw-number.ts';
import type { Comparison, Condition, Entry, Operator, Policy } from './policy.ts';

const RUNS = times(1_500);

type Compared = readonly [Operator, Json];
const NUMERIC: readonly Compared[] = [
  ['lt', 5],
  ['lte', 1],
  ['gt', 0],
  ['gte', 5],
];
const TEXTUAL: readonly Compared[] = [
  ['regex', '^a'],
  ['not_regex', 'b'],
  ['glob', 'a*'],
  ['starts_with', 'a'],
  ['ends_with', 'b'],
  ['path_within', '/a'],
  ['host_in', 'a.example'],
  ['cidr_in', '10.0.0.0/8'],
];
const MEASURED: readonly Compared[] = [
  ['length_lt', 2],
  ['length_lte', 0],
  ['length_gt', 0],
  ['length_gte', 2],
];
const COMPARED: readonly Compared[] = [
  ['eq', 'a'],
  ['neq', 5],
  ['in', ['a', 1]],
  ['not_in', [1, 'ab']],
];
const CONTAINING: readonly Compared[] = [
  ['contains', 'a'],
  ['not_contains', 'b'],
];
const PRESENCE: readonly Compared[] = [
  ['exists', true],
  ['exists', false],
  ['type', 'string'],
  ['type', 'null'],
];
const NEGATIVE: readonly Compared[] = [
  ['neq', 5],
  ['not_in', [1, 'ab']],
  ['not_contains', 'b'],
  ['not_regex', 'b'],
];
const ALL = [...NUMERIC, ...TEXTUAL, ...MEASURED, ...COMPARED, ...CONTAINING];

/** What each family of operators does not take: looking at it can only be undetermined. */
const ILL_TYPED: readonly (readonly [
  name: string,
  operators: readonly Compared[],
  values: readonly Json[],
])[] = [
  ['numbers', NUMERIC, ['5', '', 'a', true, [5], { n: 5 }, rawNumber('12345678901234567890')]],
  ['texts', TEXTUAL, [5, 0, false, ['a'], { a: 'a' }, rawNumber('12345678901234567890')]],
  ['lengths', MEASURED, [5, 0, true, rawNumber('12345678901234567890')]],
  ['equality', COMPARED, [['a'], { a: 1 }, [], {}, rawNumber('12345678901234567890')]],
  ['parts', CONTAINING, [5, false, { a: 'a' }, rawNumber('12345678901234567890')]],
  ['any operator but exists and type', ALL, [rawNumber('12345678901234567890')]],
];

const VALUES: readonly Json[] = [
  '',
  'a',
  'ab',
  '/a/b',
  '10.1.1.1',
  'https://a.example',
  0,
  1,
  5,
  9,
  true,
  ['a'],
  [],
  { a: 1 },
];
const arbValue = fc.constantFrom(...VALUES);
const arbArgs = fc.record({ p: arbValue, q: arbValue, r: arbValue });

const leaf = (at: readonly string[], of: readonly Compared[]): fc.Arbitrary<Comparison> =>
  fc
    .tuple(fc.constantFrom(...at), fc.constantFrom(...of), fc.boolean())
    .map(([path, [op, value], ignoreCase]) => compare(path, op, value, ignoreCase));
/** What rules say of other arguments is anything. */
const elsewhere = leaf(['args.q', 'args.r', 'args.q[*]', 'tool.name'], [...ALL, ...PRESENCE]);

function tree(
  leaves: fc.Arbitrary<Condition>,
  joins: readonly ('any' | 'all' | 'not')[],
): fc.Arbitrary<Condition> {
  return fc.letrec<{ node: Condition }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 3, arbitrary: leaves },
      fc
        .tuple(fc.constantFrom(...joins), fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
        .map(([kind, of]): Condition => {
          const [first] = of;
          return kind === 'not' && first ? { kind, of: first } : { kind: kind === 'not' ? 'all' : kind, of };
        }),
    ),
  })).node;
}

type Trees = { readonly denyIf: fc.Arbitrary<Condition>; readonly require: fc.Arbitrary<Condition> };
const rules = (of: fc.Arbitrary<Condition>) =>
  fc.array(
    fc.array(of, { minLength: 1, maxLength: 2 }).map((conditions) => rule('/r', ...conditions)),
    { maxLength: 2 },
  );
const policies = ({ denyIf, require }: Trees): fc.Arbitrary<Policy> =>
  fc
    .record({
      action: fc.constant<Entry['action']>('allow'),
      denyIf: rules(denyIf),
      require: rules(require),
      requireApprovalIf: rules(denyIf),
    })
    .map((entry) => policy({ t: entry }));

const RANKS = { allow: 2, approve: 1, deny: 0, hide: 0, limit: 0 };

/** Replaces `p` by each of the values, or leaves it out, and expects that no more is let through than before. */
function neverMore(one: Policy, args: JsonObject, replaced: readonly (Json | undefined)[]): void {
  const compiled = compilePolicy(one, testFunctions);
  const rank = (asked: JsonObject) => RANKS[decide(compiled, call('t', asked)).decision.outcome];
  const { p: _p, ...others } = args;
  for (const value of replaced) {
    const changed = rank(value === undefined ? others : { ...others, p: value });
    if (changed > rank(args)) expect({ changed, by: value }).toEqual({ changed: rank(args) });
  }
}

describe('an error never widens access', () => {
  it.each(ILL_TYPED)(
    'an argument of a type that %s does not take lets no more through, under any rules',
    (_name, of, values) => {
      const anything = tree(fc.oneof(leaf(['args.p'], of), elsewhere), ['any', 'all', 'not']);
      fc.assert(
        fc.property(policies({ denyIf: anything, require: anything }), arbArgs, (one, args) =>
          neverMore(one, args, values),
        ),
        seeded(RUNS),
      );
    },
  );

  it('a scalar in place of what rules look into lets no more through, under any rules', () => {
    const inside = leaf(
      ['args.p.a', 'args.p[0]', 'args.p[*]', 'args.p[*].a', 'args.p.a[*]'],
      [...ALL, ...PRESENCE],
    );
    const anything = tree(fc.oneof(inside, elsewhere), ['any', 'all', 'not']);
    const args = fc.record({
      p: fc.constantFrom<Json>({ a: 'a' }, { a: ['a'] }, ['a'], [{ a: 5 }], [], {}),
      q: arbValue,
      r: arbValue,
    });
    fc.assert(
      fc.property(policies({ denyIf: anything, require: anything }), args, (one, asked) =>
        neverMore(one, asked, ['a', '{"a":"a"}', '', 5, true, rawNumber('12345678901234567890')]),
      ),
      seeded(RUNS),
    );
  });

  it('leaving an argument out lets no more through where require asks for it and deny_if excepts it', () => {
    // Without `not`, and without asking that it be absent or null.
    const wanted = tree(
      fc.oneof(leaf(['args.p', 'args.p[*]'], [...ALL, ['exists', true], ['type', 'string']]), elsewhere),
      ['any', 'all'],
    );
    const excepted = tree(fc.oneof(leaf(['args.p'], NEGATIVE), elsewhere), ['any', 'all', 'not']);
    fc.assert(
      fc.property(policies({ denyIf: excepted, require: wanted }), arbArgs, (one, args) =>
        neverMore(one, args, [undefined, null]),
      ),
      seeded(RUNS),
    );
  });

  it('a call without the argument that a requirement compares is refused', () => {
    fc.assert(
      fc.property(
        leaf(['args.p', 'args.p.a', 'args.p[0]', 'args.p[*]'], [...ALL, ['exists', true]]),
        fc.constantFrom<JsonObject>({}, { p: null }),
        (comparison, args) => {
          const one = compilePolicy(policy({ t: { require: [rule('/r', comparison)] } }), testFunctions);
          expect(decide(one, call('t', args)).decision.outcome).toBe('deny');
        },
      ),
      seeded(RUNS / 3),
    );
  });
});
