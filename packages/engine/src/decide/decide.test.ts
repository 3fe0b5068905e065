import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { call, compare, limit, micros, path, policy, rule } from '../../cases/samples.ts';
import type { Policy } from '../policy.ts';
import { compilePolicy, decide, decideAccess, isVisible } from './index.ts';

const judge = (one: Policy, ...rest: Parameters<typeof call>) =>
  decide(compilePolicy(one, testFunctions), call(...rest));

describe('decide', () => {
  it('refuses every call of a grant without a policy', () => {
    expect(decide(undefined, call('t')).decision).toMatchObject({ outcome: 'deny', rule: '(no policy)' });
  });

  it('refuses what is not listed, also names that objects inherit', () => {
    for (const tool of ['x', 'constructor', '__proto__', 'toString', 'hasOwnProperty', '']) {
      expect(judge(policy({ t: {} }), tool).decision.rule).toBe('(default deny)');
    }
    expect(judge(policy({ t: {} }), 't').decision.outcome).toBe('allow');
  });

  it('hides before anything else', () => {
    const hiding = policy({ t: {} }, { hide: ['t'], default: 'allow' });
    expect(judge(hiding, 't').decision).toMatchObject({
      outcome: 'hide',
      rule: '(hidden)',
      message: 'Unknown tool: t',
    });
    expect(isVisible(compilePolicy(hiding, testFunctions), 't')).toBe(false);
    expect(isVisible(undefined, 't')).toBe(false);
  });

  it('prefers the exact name, then the pattern with the most literal characters', () => {
    const many = policy({ 'a*': { action: 'deny' }, 'ab*': { action: 'allow' }, abc: { action: 'deny' } });
    expect(judge(many, 'abx').decision.outcome).toBe('allow');
    expect(judge(many, 'abc').decision.rule).toBe('/tools/abc/action');
    expect(judge(many, 'ax').decision.rule).toBe('/tools/a*/action');
  });

  it('says which argument had which type when a condition is undetermined, never its value', () => {
    const one = policy({ t: { denyIf: [rule('/r', compare('args.amount', 'gt', 5))] } });
    const { decision } = judge(one, 't', { amount: 'secret' });
    expect(decision).toMatchObject({ outcome: 'deny', rule: '/r' });
    expect(decision.message).toContain('args.amount is a string');
    expect(JSON.stringify(decision)).not.toContain('secret');
    expect(decision.trace).toEqual([
      {
        rule: '/r',
        outcome: 'undetermined',
        conditions: [{ path: 'args.amount', op: 'gt', outcome: 'undetermined', found: 'string' }],
      },
    ]);
  });

  it('gives the same steps to calls that are alike, and fresh ones to others', () => {
    const one = compilePolicy(
      policy({ t: { denyIf: [rule('/r', compare('args.a', 'gt', 5))] } }),
      testFunctions,
    );
    const first = decide(one, call('t', { a: 1 })).decision.trace[0];
    expect(decide(one, call('t', { a: 2 })).decision.trace[0]).toBe(first);
    expect(decide(one, call('t', { a: 9 })).decision.trace[0]?.outcome).toBe('fired');
    expect(first?.outcome).toBe('passed');
  });

  it('asks for one demand per limit, of all tools and of the entry', () => {
    const limited = policy(
      { t: { limits: [limit('own')] } },
      { allTools: { denyIf: [], require: [], requireApprovalIf: [], limits: [limit('common')] } },
    );
    expect(judge(limited, 't').demands.map(({ counter }) => counter)).toEqual(['common', 'own']);
  });

  it('keeps counters apart whatever their names contain', () => {
    const keyOf = (counter: string, channel: string | number | boolean) => {
      const one = limit(counter, { scope: [path('args.channel')] });
      return judge(policy({ t: { limits: [one] } }), 't', { channel }).demands[0]?.key;
    };
    const keys = [
      keyOf('a', '1'),
      keyOf('a', 1),
      keyOf('a', 'true'),
      keyOf('a', true),
      keyOf('1:a', ''),
      keyOf('a', '11:a'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf('a', -0)).toBe(keyOf('a', 0));
  });

  it('refuses a call that cannot be counted', () => {
    const spend = limit('spend', { increment: { kind: 'from', path: path('args.amount') } });
    const one = policy({ t: { limits: [spend] } });
    for (const amount of [-1, '5', null, [5], Number.NaN, Number.POSITIVE_INFINITY, 1e300, true]) {
      // NaN and infinity are not JSON; the engine must refuse them all the same.
      const { decision } = judge(one, 't', { amount } as never);
      expect(decision).toMatchObject({ outcome: 'deny', rule: '/tools/t/limits/spend' });
    }
    expect(judge(one, 't', {}).decision.outcome).toBe('deny');
    expect(judge(one, 't', { amount: 0.0000001 }).demands[0]).toMatchObject({ amount: 1 });
    expect(judge(one, 't', { amount: 12.5 }).demands[0]).toMatchObject({ amount: micros(12.5) });
  });

  it('refuses a call whose scope has no scalar value', () => {
    const one = policy({ t: { limits: [limit('c', { scope: [path('args.channel')] })] } });
    for (const args of [{}, { channel: null }, { channel: ['x'] }, { channel: 'x'.repeat(2_000) }]) {
      expect(judge(one, 't', args).decision).toMatchObject({ outcome: 'deny', rule: '/tools/t/limits/c' });
    }
  });

  it('counts by a text of 1,024 characters and by none that is longer', () => {
    const one = policy({ t: { limits: [limit('c', { scope: [path('args.channel')] })] } });
    expect(judge(one, 't', { channel: 'x'.repeat(1_024) }).decision.outcome).toBe('allow');
    const { decision } = judge(one, 't', { channel: 'x'.repeat(1_025) });
    expect(decision).toMatchObject({ outcome: 'deny', rule: '/tools/t/limits/c' });
    expect(decision.message).toContain('args.channel, which is too long');
  });

  it('asks a person with the rule of the entry', () => {
    const one = policy({ 'a/b': { action: 'require_approval', reason: 'ask Kim' } });
    expect(judge(one, 'a/b').decision).toMatchObject({
      outcome: 'approve',
      rule: '/tools/a~1b/approval',
      message: 'ask Kim',
    });
  });

  it('reads the time in the zone of the policy', () => {
    const hours = policy(
      { t: { require: [rule('/r', compare('time.hour', 'eq', 7), compare('time.weekday', 'eq', 1))] } },
      { timeZone: 'America/New_York' },
    );
    expect(judge(hours, 't').decision.outcome).toBe('allow');
  });

  it('judges resources and prompts by their own lists, deny first', () => {
    const one = compilePolicy(
      policy({}, { resources: { allow: ['docs://*'], deny: ['docs://secret/*'] } }),
      testFunctions,
    );
    expect(decideAccess(one, 'resources', 'docs://a')).toMatchObject({ outcome: 'allow' });
    expect(decideAccess(one, 'resources', 'docs://secret/a')).toMatchObject({ rule: '/resources/deny' });
    expect(decideAccess(one, 'resources', 'file:///etc/passwd')).toMatchObject({ rule: '(default deny)' });
    expect(decideAccess(one, 'prompts', 'p')).toMatchObject({ rule: '(default deny)' });
    expect(decideAccess(undefined, 'prompts', 'p')).toMatchObject({ rule: '(no policy)' });
  });
});
