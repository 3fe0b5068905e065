import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../cases/functions.ts';
import { parsed } from '../cases/parsing.ts';
import { call, compare, limit, micros, NO_RULES, path, policy, rule } from '../cases/samples.ts';
import { anyCall, picker, wantedBy } from '../test/arbitrary-call.ts';
import { arbitraryPolicy } from '../test/arbitrary-policy.ts';
import { seeded, times } from '../test/runs.ts';
import { compilePolicy, decide, decideAccess, decideAndReserve, isVisible } from './decide/index.ts';
import type { Json, JsonObject } from './json/json.ts';
import { openLedgers, settleAll } from './limits/index.ts';
import type { Condition, Entry, Policy, Rule, Rules } from './policy.ts';
import { printPolicy } from './print/index.ts';

const NAMES = ['a', 'b', 'ab', 'abc'];
const arbName = fc.constantFrom(...NAMES, 'x', 'constructor', '__proto__');
const arbPattern = fc.constantFrom(...NAMES, '*', 'a*', '*b*', 'ab*');
const arbScalar = fc.constantFrom<Json>('', '1', 'a', 0, 1, 100, -1, true, false, null);
const arbValue = fc.oneof(
  arbScalar,
  fc.array(arbScalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('p', 'q'), arbScalar),
);
const arbArgs: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('p', 'q', 'r'), arbValue);

const arbComparison = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'neq', 'contains', 'not_contains'), value: arbScalar }),
  fc.record({ op: fc.constantFrom('in', 'not_in'), value: fc.array(arbScalar, { maxLength: 3 }) }),
  fc.record({
    op: fc.constantFrom('lt', 'gt', 'gte', 'length_lt', 'length_gte'),
    value: fc.constantFrom(0, 1, 50),
  }),
  fc.record({
    op: fc.constantFrom('starts_with', 'glob', 'regex', 'not_regex'),
    value: fc.constantFrom('a', '1'),
  }),
  fc.record({ op: fc.constant('exists'), value: fc.boolean() }),
);
const arbPath = fc.constantFrom('args.p', 'args.q', 'args.p.q', 'args.p[0]', 'args.p[*]', 'tool.name');
const { condition: arbCondition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(arbPath, arbComparison).map(([at, { op, value }]) => compare(at, op as never, value as Json)),
    fc.record({ kind: fc.constantFrom('any', 'all'), of: fc.array(tie('condition'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
  ),
}));
const arbRule = fc
  .array(arbCondition, { maxLength: 2 })
  .map((conditions): Rule => rule('/rule', ...conditions));
const arbRules = fc.record({
  denyIf: fc.array(arbRule, { maxLength: 2 }),
  require: fc.array(arbRule, { maxLength: 1 }),
  requireApprovalIf: fc.array(arbRule, { maxLength: 1 }),
  limits: fc.constant([]),
});
const arbEntry = fc
  .tuple(arbRules, fc.constantFrom<Entry['action']>('allow', 'allow', 'allow', 'require_approval', 'deny'))
  .map(([rules, action]): Entry => ({ ...rules, action }));
const arbPolicy: fc.Arbitrary<Policy> = fc
  .record({
    default: fc.constantFrom('allow' as const, 'deny' as const),
    hide: fc.array(arbPattern, { maxLength: 1 }),
    allTools: fc.oneof(fc.constant(NO_RULES), arbRules),
    tools: fc.dictionary(arbPattern, arbEntry),
  })
  .map(({ tools, ...rest }) => policy(tools, rest));

const judge = (one: Policy, tool: string, args: JsonObject) =>
  decide(compilePolicy(one, testFunctions), call(tool, args)).decision;
const passes = (one: Policy, tool: string, args: JsonObject) =>
  ['allow', 'approve'].includes(judge(one, tool, args).outcome);
const everyEntry = (one: Policy, change: (entry: Entry) => Entry): Policy => ({
  ...one,
  tools: new Map([...one.tools].map(([tool, entry]) => [tool, change(entry)])),
});
const ALWAYS = rule('/always');
const RUNS = times(500);

/** How much a judgement lets through. */
const RANKS = { allow: 2, approve: 1, deny: 0, hide: 0, limit: 0 };
const rank = (one: Policy, tool: string, args: JsonObject) => RANKS[judge(one, tool, args).outcome];
/** The same policy with each list of rules and limits changed. */
const everyList = (one: Policy, change: <Item>(list: readonly Item[]) => readonly Item[]): Policy => {
  const changed = <Has extends Rules>(rules: Has): Has => ({
    ...rules,
    denyIf: change(rules.denyIf),
    require: change(rules.require),
    requireApprovalIf: change(rules.requireApprovalIf),
    limits: change(rules.limits),
  });
  return { ...everyEntry(one, changed), allTools: changed(one.allTools) };
};

describe('security claims', () => {
  it('deny beats allow', () => {
    fc.assert(
      fc.property(arbPolicy, arbName, arbArgs, (one, tool, args) => {
        const denying = { ...one, allTools: { ...one.allTools, denyIf: [...one.allTools.denyIf, ALWAYS] } };
        expect(passes(denying, tool, args)).toBe(false);
      }),
      seeded(RUNS),
    );
    const access = policy({}, { default: 'allow', resources: { allow: ['*'], deny: ['a*'] } });
    expect(decideAccess(compilePolicy(access, testFunctions), 'resources', 'ab').outcome).toBe('deny');
  });

  it('silence follows the default', () => {
    fc.assert(
      fc.property(
        arbName,
        arbArgs,
        fc.constantFrom('allow' as const, 'deny' as const),
        (tool, args, otherwise) => {
          const silent = policy({ listed: {} }, { default: otherwise });
          expect(judge(silent, tool, args).outcome).toBe(otherwise);
          expect(decideAccess(compilePolicy(silent, testFunctions), 'prompts', tool).outcome).toBe(otherwise);
        },
      ),
    );
  });

  it('an error never widens access', () => {
    fc.assert(
      fc.property(arbPolicy, arbName, arbArgs, (one, tool, args) => {
        const unclear = compare('args.unclear', 'gt', 1);
        const asked = { ...args, unclear: 'text' };
        for (const condition of [unclear, { kind: 'not', of: unclear } as const]) {
          const denied = everyEntry(one, (entry) => ({ ...entry, denyIf: [rule('/u', condition)] }));
          const required = everyEntry(one, (entry) => ({ ...entry, require: [rule('/u', condition)] }));
          const isListed = [...one.tools.keys()].some((name) =>
            new RegExp(`^${name.replaceAll('*', '.*')}$`).test(tool),
          );
          if (isListed) expect(passes(denied, tool, asked) || passes(required, tool, asked)).toBe(false);
        }
      }),
      seeded(RUNS),
    );
  });

  it('adding a deny never allows more', () => {
    fc.assert(
      fc.property(arbPolicy, arbRule, arbName, arbArgs, (one, added, tool, args) => {
        const { allTools } = one;
        const stricter: Policy[] = [
          everyEntry(one, (entry) => ({ ...entry, denyIf: [...entry.denyIf, added] })),
          everyEntry(one, (entry) => ({ ...entry, require: [added, ...entry.require] })),
          everyEntry(one, (entry) => ({ ...entry, requireApprovalIf: [added, ...entry.requireApprovalIf] })),
          everyEntry(one, (entry) => ({ ...entry, action: 'deny' })),
          { ...one, allTools: { ...allTools, denyIf: [added, ...allTools.denyIf] } },
          { ...one, allTools: { ...allTools, require: [...allTools.require, added] } },
          { ...one, hide: [...one.hide, 'a*'] },
          { ...one, default: 'deny' },
        ];
        for (const changed of stricter) {
          expect(rank(changed, tool, args)).toBeLessThanOrEqual(rank(one, tool, args));
        }
      }),
      seeded(RUNS),
    );
  });

  it('hidden stays hidden', () => {
    fc.assert(
      fc.property(arbPolicy, arbName, arbArgs, (one, tool, args) => {
        const hiding = compilePolicy({ ...one, hide: [...one.hide, tool] }, testFunctions);
        expect(decide(hiding, call(tool, args)).decision).toMatchObject({
          outcome: 'hide',
          rule: '(hidden)',
          message: `Unknown tool: ${tool}`,
        });
        expect(isVisible(hiding, tool)).toBe(false);
      }),
      seeded(RUNS),
    );
  });

  it('the order of rules within a list changes nothing but which of them is named', () => {
    const limits = [limit('one'), limit('two', { scope: [path('args.p')] }), limit('three')];
    fc.assert(
      fc.property(arbPolicy, arbName, arbArgs, fc.nat(5), (one, tool, args, turn) => {
        const limited = everyEntry(one, (entry) => ({ ...entry, limits }));
        const turned = everyList(limited, (list) => [...list.slice(turn), ...list.slice(0, turn)].reverse());
        const [before, after] = [limited, turned].map((each) =>
          decide(compilePolicy(each, testFunctions), call(tool, args)),
        );
        expect(after?.decision.outcome).toBe(before?.decision.outcome);
        expect(after?.demands.map(({ key }) => key).sort()).toEqual(
          before?.demands.map(({ key }) => key).sort(),
        );
      }),
      seeded(RUNS),
    );
  });

  it('reading what was printed decides alike', () => {
    fc.assert(
      fc.property(arbitraryPolicy, fc.integer(), (document, seed) => {
        const one = parsed(document);
        const again = parsed(JSON.parse(printPolicy(one)));
        const [before, after] = [one, again].map((each) => compilePolicy(each, testFunctions));
        const pick = picker(seed);
        const wanted = wantedBy(document);
        for (let count = 0; count < 20; count += 1) {
          const asked = anyCall(pick, wanted);
          expect(JSON.stringify(decide(after, asked))).toBe(JSON.stringify(decide(before, asked)));
        }
      }),
      seeded(RUNS),
    );
  });

  it('no decision holds the value of an argument', () => {
    const secret = 'hunter2-value';
    fc.assert(
      fc.property(arbPolicy, arbName, fc.constantFrom('p', 'q'), (one, tool, key) => {
        expect(JSON.stringify(judge(one, tool, { [key]: secret }))).not.toContain(secret);
      }),
      seeded(RUNS),
    );
  });
});

const arbTimes = fc.array(
  fc.record({ later: fc.integer({ min: -500, max: 3_000 }), amount: fc.integer({ min: 0, max: 4 }) }),
  {
    maxLength: 80,
  },
);

describe('claims about limits', () => {
  const WINDOW_MS = 5_000;
  const MAX = 7;
  const limited = compilePolicy(
    policy({
      t: {
        limits: [
          limit('c', {
            window: { text: '5s', ms: WINDOW_MS },
            max: micros(MAX),
            increment: {
              kind: 'from',
              path: { text: 'args.n', root: 'args', segments: [{ kind: 'name', name: 'n' }] },
            },
          }),
        ],
      },
    }),
    testFunctions,
  );

  it('a rolling limit never admits more than max in any window-length stretch', () => {
    fc.assert(
      fc.property(arbTimes, (steps) => {
        const ledgers = openLedgers();
        const admitted: { at: number; amount: number }[] = [];
        let now = 1_000_000;
        let newest = Number.NEGATIVE_INFINITY;
        for (const { later, amount } of steps) {
          now += later;
          newest = Math.max(newest, now);
          const { decision } = decideAndReserve(limited, call('t', { n: amount }, { nowMs: now }), ledgers);
          if (decision.outcome === 'allow') admitted.push({ at: newest, amount });
        }
        for (const { at: start } of admitted) {
          const within = admitted.filter(({ at }) => at >= start && at <= start + WINDOW_MS);
          expect(within.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(MAX);
        }
      }),
      seeded(RUNS),
    );
  });

  it('giving back is exact', () => {
    fc.assert(
      fc.property(arbTimes, arbTimes, (first, second) => {
        const with_ = openLedgers();
        const without = openLedgers();
        let now = 1_000_000;
        for (const [index, { later, amount }] of [...first, ...second].entries()) {
          now += Math.abs(later);
          const asked = call('t', { n: amount }, { nowMs: now });
          if (index % 2 === 0) settleAll(with_, decideAndReserve(limited, asked, with_).taken, 'given_back');
          else {
            const one = decideAndReserve(limited, asked, with_).decision;
            expect(one).toEqual(decideAndReserve(limited, asked, without).decision);
          }
        }
      }),
      seeded(RUNS),
    );
  });
});
