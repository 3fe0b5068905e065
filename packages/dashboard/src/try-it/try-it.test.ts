import { describe, expect, it } from 'vitest';
import { readDocument } from '../engine/index.ts';
import { callOf, NO_FACTS, pathsOf, toolFacts } from './call.ts';
import { sayDecision, tryCall } from './decide.ts';
import { planOf } from './plan.ts';

const POLICY = JSON.stringify({
  version: '1',
  default: 'deny',
  all_tools: { require: [{ conditions: [{ path: 'grant.labels.team', op: 'eq', value: 'shop' }] }] },
  tools: {
    refund: {
      validate: { schema: true },
      deny_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 100 }], on_deny: 'too much' }],
      limits: [
        { counter: 'refunds', window: 'day', max: 50, scope: 'grant', increment_from: 'args.amount' },
        {
          counter: 'nights',
          window: 'hour',
          max: 1,
          scope: 'grant',
          when: [{ path: 'time.hour', op: 'gt', value: 20 }],
        },
      ],
    },
  },
});
const REFUND = {
  tool: 'refund',
  definition: JSON.stringify({ name: 'refund', inputSchema: { properties: { amount: { type: 'number' } } } }),
};

function tried(amount: unknown, team = 'shop') {
  const read = readDocument(POLICY);
  if (read === undefined) throw new Error('expected a policy');
  const facts = { ...NO_FACTS, labels: { team }, time: '2026-01-01T12:00' };
  // What a person types need not be what the schema wants.
  const args = { amount } as never;
  return tryCall(read.compiled, callOf({ tool: toolFacts(REFUND), args, facts, nowMs: 0 }));
}

describe('a tried call', () => {
  it('counts nothing, and says what would be counted', () => {
    for (let count = 0; count < 3; count += 1)
      expect(tried(30)).toMatchObject({
        decision: { outcome: 'allow' },
        takings: [{ counter: 'refunds', text: 'would count 30 of at most 50 in any day' }],
      });
  });

  it.each([
    [101, 'shop', 'deny', '/tools/refund/deny_if/args.amount-gt'],
    [60, 'shop', 'limit', '/tools/refund/limits/refunds'],
    ['x', 'shop', 'deny', '/tools/refund/validate'],
    [1, 'guests', 'deny', '/all_tools/require/grant.labels.team-eq'],
  ])('of %j for %s is decided as the gateway would: %s by %s', (amount, team, outcome, rule) => {
    const { decision } = tried(amount, team);
    expect(decision).toMatchObject({ outcome, rule });
    expect(sayDecision(decision, 'refund')).toContain('refused');
  });

  it('asks for those facts that the policy looks at, and no others', () => {
    const read = readDocument(POLICY);
    expect(read && pathsOf(read.policy)).toEqual(['grant.labels.team', 'time.hour']);
    expect(readDocument('{}')).toBeUndefined();
  });
});

describe('the fields of a schema', () => {
  it('follow types, choices, references and what may be null, and leave the rest to JSON', () => {
    const plan = planOf({
      type: 'object',
      required: ['to'],
      $defs: { who: { enum: ['ann', 'ben'] } },
      properties: {
        to: { $ref: '#/$defs/who' },
        count: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
        tags: { type: 'array', items: { type: 'string' } },
        inner: { type: 'object', properties: { on: { type: ['boolean', 'null'], description: 'whether' } } },
        either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
        loop: { $ref: '#/properties/loop' },
      },
    });
    expect(plan?.members.map(({ isRequired, name, plan: { kind } }) => [name, kind, isRequired])).toEqual([
      ['to', 'choice', true],
      ['count', 'number', false],
      ['tags', 'list', false],
      ['inner', 'object', false],
      ['either', 'json', false],
      ['loop', 'json', false],
    ]);
    expect(plan?.members[3]?.plan).toMatchObject({
      members: [{ name: 'on', plan: { kind: 'truth' }, description: 'whether' }],
    });
    expect(planOf({})).toBeUndefined();
  });
});
