import { describe, expect, it } from 'vitest';
import { testFunctions } from '../../cases/functions.ts';
import { parsed } from '../../cases/parsing.ts';
import { compare, NO_RULES, rule } from '../../cases/samples.ts';
import { FULL_EFFORT, PROOF_UNITS, REGIONS_MAX } from './bounds.ts';
import { widensAccess } from './index.ts';
import { Budget } from './proof/budget.ts';
import { alternatives, triggersOf } from './proof/formula.ts';
import { namesOf, patternRegions } from './proof/region.ts';
import { Values } from './proof/values.ts';

describe('what comparing two policies is bounded by', () => {
  it('may be spent to the end and no further', () => {
    const budget = new Budget(3);
    expect([budget.spend(2), budget.isSpent, budget.spend(1), budget.isSpent, budget.spend(1)]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('is how many ways a rule has to fire', () => {
    const any = (count: number) => ({
      kind: 'any' as const,
      of: Array.from({ length: count }, (_, index) => compare('args.a', 'eq', index)),
    });
    const [trigger] = triggersOf({ ...NO_RULES, denyIf: [rule('/r', any(4), any(5))] }, 'UTC').refuse;
    expect(trigger && alternatives(trigger.fires, 20)?.length).toBe(20);
    expect(trigger && alternatives(trigger.fires, 19)).toBeUndefined();
  });

  it('is how many pairs of patterns are looked at', () => {
    const document = (count: number) => ({
      version: '1',
      default: 'deny',
      tools: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`t${String(index).padStart(4, '0')}_*`, {}]),
      ),
    });
    const regionsOf = (count: number) => {
      const policy = parsed(document(count));
      const names = namesOf(policy);
      const pair = { before: policy, after: policy, names: { before: names, after: names } };
      return patternRegions({ ...pair, effort: FULL_EFFORT })?.length;
    };
    const most = Math.sqrt(REGIONS_MAX) - 1;
    expect(regionsOf(most)).toBe(most + 1);
    expect(regionsOf(most + 1)).toBeUndefined();
    const before = parsed(document(most + 1));
    const ask = (after: object) => widensAccess({ before, after: parsed(after) }, testFunctions);
    expect(ask({ ...document(most + 1), description: 'x' })).toMatchObject({
      verdict: 'unknown',
      widened: [{ pointer: '/tools' }],
    });
    expect(ask(document(most + 1))).toMatchObject({ verdict: 'no' });
  });

  it('leaves what it cannot pay for unread, and so unproven', () => {
    const short = new Values(testFunctions, new Budget(0));
    expect(short.says(compare('args.a', 'gt', 1), 2)).toBe('unread');
    const costly = new Values(testFunctions, new Budget(PROOF_UNITS));
    const pattern = compare('args.a', 'regex', '(?:x*y*z*){900}[ab]');
    expect([costly.says(pattern, 'a'), costly.says(pattern, 'a'.repeat(20))]).toEqual(['true', 'unread']);
  });
});
