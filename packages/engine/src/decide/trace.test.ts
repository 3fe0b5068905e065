import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { call, compare, limit, micros, path, policy, rule } from '../../cases/samples.ts';
import { anyCall, picker, wantedBy } from '../../test/arbitrary-call.ts';
import { arbitraryPolicy } from '../../test/arbitrary-policy.ts';
import { seeded, times } from '../../test/runs.ts';
import type { EngineFunctions } from '../functions.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { rawNumber } from '../json/raw-number.ts';
import { openLedgers } from '../limits/index.ts';
import type { Condition } from '../policy.ts';
import { READING, WORK_MAX } from '../work.ts';
import { type Call, compilePolicy, decide, decideAccess, decideAndReserve, type Step } from './index.ts';

const fired = (id: string): Step => ({ rule: id, outcome: 'fired', conditions: [] });
const passed = (id: string): Step => ({ rule: id, outcome: 'passed', conditions: [] });
const OPEN = { type: 'object' };
const withSchema = (inputSchema: JsonObject): Partial<Call> => ({
  tool: { name: 't', annotations: {}, inputSchema },
});
const NOT_ASKED = { requiredArgs: false, schema: false, unknownArgs: 'allow' } as const;

describe('the trace of a decision', () => {
  const full = compilePolicy(
    policy({
      t: {
        validate: { requiredArgs: true, schema: true, unknownArgs: 'allow' },
        denyIf: [rule('/d', compare('args.a', 'eq', 1))],
        require: [rule('/r', compare('args.a', 'type', 'string'))],
        requireApprovalIf: [rule('/p', compare('args.a', 'eq', 'ask'))],
        limits: [limit('c', { id: '/l', max: micros(1), when: [compare('args.a', 'exists', true)] })],
      },
      no: { action: 'deny' },
    }),
    testFunctions,
  );
  const saw = (id: string, op: string, outcome: string, end: Step['outcome'] = 'passed') => ({
    rule: id,
    outcome: end,
    conditions: [{ path: 'args.a', op, outcome, found: 'string' }],
  });
  const before = [passed('/tools/t/validate'), saw('/d', 'eq', 'false'), saw('/r', 'type', 'true')];

  it('has every rule that was looked at, in the order of evaluation', () => {
    const { decision } = decide(full, call('t', { a: 'x' }, withSchema(OPEN)));
    expect(decision.trace).toEqual([...before, saw('/l', 'exists', 'true'), saw('/p', 'eq', 'false')]);
  });

  it('ends with the one that ended it, once', () => {
    const asked = decide(full, call('t', { a: 'ask' }, withSchema(OPEN))).decision;
    expect(asked.trace.slice(-2)).toEqual([saw('/p', 'eq', 'true', 'fired'), fired('/tools/t/approval')]);
    expect(decide(full, call('no')).decision.trace).toEqual([fired('/tools/no/action')]);
    expect(decide(full, call('t', { a: 1 })).decision.trace).toEqual([fired('/tools/t/validate')]);
    const denied = decide(full, call('t', { a: 1 }, withSchema(OPEN))).decision;
    expect(denied.trace.map((step) => [step.rule, step.outcome])).toEqual([
      ['/tools/t/validate', 'passed'],
      ['/d', 'fired'],
    ]);
  });

  it('says that the limit fired which the counters refused, and no other rule', () => {
    const ledgers = openLedgers();
    const asked = call('t', { a: 'x' }, withSchema(OPEN));
    expect(decideAndReserve(full, asked, ledgers).decision.usage).toMatchObject([{ before: 0, after: 1 }]);
    const { decision, taken } = decideAndReserve(full, asked, ledgers);
    expect(decision).toMatchObject({ outcome: 'limit', rule: '/l', retryAfterMs: 60_001 });
    expect(decision.message).toMatch(/ is used up\. Try again in 61 s$/);
    expect(decision.trace).toEqual([
      ...before,
      saw('/l', 'exists', 'true', 'fired'),
      saw('/p', 'eq', 'false'),
    ]);
    expect(taken).toEqual([]);
  });

  it('has no wait where none helps', () => {
    const never = compilePolicy(policy({ t: { limits: [limit('c', { max: micros(0) })] } }), testFunctions);
    const { decision } = decideAndReserve(never, call('t'), openLedgers());
    expect(decision.message).toMatch(/This call alone is over the limit, so waiting does not help$/);
    expect('retryAfterMs' in decision).toBe(false);
  });

  it('has a wait where it is as short as can be', () => {
    const window = { text: 'hour', ms: 3_600_000, unit: 'hour' } as const;
    const once = limit('c', { max: micros(1), reset: 'calendar', window });
    const one = compilePolicy(policy({ t: { limits: [once] } }), testFunctions);
    const ledgers = openLedgers();
    const last = { nowMs: Date.UTC(2026, 0, 5, 12) - 1 };
    decideAndReserve(one, call('t', {}, last), ledgers);
    const { decision } = decideAndReserve(one, call('t', {}, last), ledgers);
    expect(decision).toMatchObject({ outcome: 'limit', retryAfterMs: 1 });
  });

  it('takes nothing for a call that waits for a person, and shows the counters as they are', () => {
    const held = compilePolicy(
      policy({ t: { action: 'require_approval', limits: [limit('c')] } }),
      testFunctions,
    );
    const ledgers = openLedgers();
    for (let count = 0; count < 2; count += 1) {
      const { decision, taken } = decideAndReserve(held, call('t'), ledgers);
      expect(decision.usage).toMatchObject([{ before: 0, after: 0 }]);
      expect(taken).toEqual([]);
    }
  });

  it('of access has the list that decided, or nothing where the default allows', () => {
    const open = compilePolicy(
      policy({}, { default: 'allow', prompts: { allow: ['a'], deny: ['d'] } }),
      testFunctions,
    );
    expect(decideAccess(open, 'prompts', 'a').trace).toEqual([passed('/prompts/allow')]);
    expect(decideAccess(open, 'prompts', 'd').trace).toEqual([fired('/prompts/deny')]);
    expect(decideAccess(open, 'prompts', 'x').trace).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['args.a', 'x', 'string'],
    ['args.a', false, 'boolean'],
    ['args.a', rawNumber('12345678901234567890'), 'number'],
    ['args.a', null, 'absent'],
    ['args.b', 'x', 'absent'],
    ['args.a.b', 'x', 'unreachable'],
    ['args.a', Number.NaN, 'unreachable'],
    ['args.a[*]', 'x', 'unreachable'],
    ['args.a[*]', { 0: 'x' }, 'unreachable'],
    ['args.a[*]', null, 'absent'],
    ['args.a[*]', [], 'several'],
    ['args.a[*].b', ['x'], 'several'],
  ])('says what was found at %s of %j: %s', (at, a, found) => {
    const one = compilePolicy(
      policy({ t: { denyIf: [rule('/d', compare(at, 'eq', 'no'))] } }),
      testFunctions,
    );
    // Some values are no JSON, on purpose.
    const { trace } = decide(one, call('t', { a: a as Json })).decision;
    expect(trace[0]?.conditions).toMatchObject([{ path: at, found }]);
  });

  it('says of a value that it was not read only where too little work was left for it', () => {
    const conditions = [compare('args.long', 'contains', 'y'), compare('args.a', 'lt', 1)];
    const both: Condition = { kind: 'any', of: conditions };
    const one = compilePolicy(policy({ t: { denyIf: [rule('/d', both)] } }), testFunctions);
    const long = 'x'.repeat(WORK_MAX / READING.contains + 1);
    const { trace } = decide(one, call('t', { long, a: 'x' })).decision;
    expect(trace[0]?.conditions).toMatchObject([{ found: 'unread' }, { found: 'string' }]);
  });

  it('is the same for a policy that has judged many calls and for one that has judged none', () => {
    fc.assert(
      fc.property(arbitraryPolicy, fc.integer(), (document, seed) => {
        const one = parsed(document);
        const used = compilePolicy(one, testFunctions);
        const pick = picker(seed);
        const wanted = wantedBy(document);
        for (let count = 0; count < 12; count += 1) {
          const asked = anyCall(pick, wanted);
          const fresh = JSON.stringify(decide(compilePolicy(one, testFunctions), asked));
          expect(JSON.stringify(decide(used, asked))).toBe(fresh);
        }
      }),
      seeded(Math.max(60, times(200))),
    );
  });
});

describe('what a decision reads', () => {
  it('counts alike however the scopes are ordered, and not by what is no number', () => {
    // Texts that are no path name a scope.
    const keyOf = (...scope: string[]) => {
      const scopes = scope.map((one) => (one.startsWith('args') ? path(one) : (one as 'grant' | 'session')));
      const limited = policy({ t: { limits: [limit('c', { scope: scopes })] } });
      return decide(compilePolicy(limited, testFunctions), call('t', { a: 1, b: 2 })).demands[0]?.key;
    };
    const orders = [
      ['grant', 'args.a', 'args.b'],
      ['args.b', 'grant', 'args.a'],
      ['args.b', 'args.a', 'grant'],
    ];
    expect(new Set(orders.map((order) => keyOf(...order))).size).toBe(1);
    expect(keyOf('grant', 'args.a')).not.toBe(keyOf('session', 'args.a'));
    const scoped = policy({ t: { limits: [limit('c', { scope: [path('args.a')] })] } });
    for (const a of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(decide(compilePolicy(scoped, testFunctions), call('t', { a })).decision.outcome).toBe('deny');
    }
  });

  it('names a counter always in the same way, since stored counters are found by it', () => {
    const scope = ['session', path('args.n'), path('args.s'), path('args.yes'), 'grant'] as const;
    const scoped = compilePolicy(policy({ t: { limits: [limit('c', { scope })] } }), testFunctions);
    const keyOf = (n: number) => decide(scoped, call('t', { n, s: 'x:1', yes: true })).demands[0]?.key;
    const before = '2:o12:s16:args.n2:n';
    const after = '6:args.s4:sx:18:args.yes5:btrue5:grant2:g17:session9:session-16:window1:c';
    expect(keyOf(5)).toBe(`${before}5${after}`);
    expect([keyOf(0), keyOf(-0)]).toEqual([`${before}0${after}`, `${before}0${after}`]);
  });

  it('knows no time where the clock shows none', () => {
    const timed = policy({ t: { require: [rule('/r', compare('time.hour', 'exists', false))] } });
    const { decision } = decide(compilePolicy(timed, testFunctions), call('t', {}, { nowMs: Number.NaN }));
    expect(decision.outcome).toBe('allow');
  });

  it('needs no schema where nothing of it is asked', () => {
    const one = compilePolicy(policy({ t: { validate: NOT_ASKED } }), testFunctions);
    expect(decide(one, call('t')).decision.outcome).toBe('allow');
  });

  it.each([
    [{ ...NOT_ASKED, requiredArgs: true }, { required: 'a' }, 'does not say which arguments are required'],
    [{ ...NOT_ASKED, requiredArgs: true }, { required: [1] }, 'required argument "1" is missing'],
    [{ ...NOT_ASKED, unknownArgs: 'deny' }, { properties: 'a' }, 'does not say which arguments there are'],
  ] as const)('refuses a call whose schema is no help: %j %j', (validate, schema, message) => {
    const accepting: EngineFunctions = {
      ...testFunctions,
      schema: () => ({ ok: true, validate: () => ({ ok: true }) }),
    };
    const one = compilePolicy(policy({ t: { validate } }), accepting);
    const { decision } = decide(one, call('t', { 1: 1 }, withSchema(schema)));
    expect(decision).toMatchObject({ outcome: 'deny', rule: '/tools/t/validate' });
    expect(decision.message).toContain(message);
  });

  it('compiles a schema once', () => {
    let compiled = 0;
    const counting: EngineFunctions = {
      ...testFunctions,
      schema: () => {
        compiled += 1;
        return { ok: true, validate: () => ({ ok: true }) };
      },
    };
    const one = compilePolicy(policy({ t: { validate: { ...NOT_ASKED, schema: true } } }), counting);
    for (let count = 0; count < 3; count += 1) decide(one, call('t', {}, withSchema(OPEN)));
    expect(compiled).toBe(1);
  });
});
