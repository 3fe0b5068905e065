import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryDocument } from '../../cases/arbitrary-document.ts';
import { testFunctions } from '../../cases/functions.ts';
import { type ParseResult, parsePolicy, parsePolicyTree } from '../parse/index.ts';
import type { Policy } from '../policy.ts';
import { printPolicy } from './print-policy.ts';

function policyOf(result: ParseResult): Policy {
  if (!result.ok)
    throw new Error(result.problems.map((problem) => `${problem.pointer}: ${problem.message}`).join('\n'));
  return result.policy;
}

const parse = (text: string) => policyOf(parsePolicy(text, testFunctions));
const print = (document: unknown) => printPolicy(policyOf(parsePolicyTree(document, testFunctions)));

describe('the canonical form of a policy', () => {
  it('reads as the same policy', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const policy = policyOf(parsePolicyTree(document, testFunctions));
        const again = parse(printPolicy(policy));
        expect(again).toEqual(policy);
        expect([...again.tools.keys()]).toEqual([...policy.tools.keys()]);
      }),
      { numRuns: 300 },
    );
  });

  it('is printed as itself', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const text = print(document);
        expect(printPolicy(parse(text))).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('has a fixed order, one line for what is short, and no defaults', () => {
    const document = {
      tools: {
        list_customers: {},
        create_refund: {
          limits: [
            {
              scope: 'grant',
              max: 10,
              window: 'minute',
              counter: 'rate',
              reset: 'rolling',
              increment: 1,
              on_store_error: 'deny',
              when: [],
            },
            {
              counter: 'refunded',
              window: 'day',
              max: 100.5,
              scope: ['args.to', 'grant'],
              increment_from: 'args["amount"]',
              on_deny: 'The budget is spent',
            },
          ],
          require: [],
          deny_if: [
            {
              on_deny: 'Too much',
              conditions: [{ value: 100, op: 'gt', path: 'args.amount', ignore_case: false }],
            },
          ],
          validate: { schema: true, unknown_args: 'allow' },
          action: 'allow',
        },
      },
      hide: ['delete_*', 'drop'],
      time_zone: 'UTC',
      all_tools: { deny_if: [] },
      default: 'deny',
      version: '1',
    };
    expect(print(document)).toBe(`{
  "version": "1",
  "default": "deny",
  "hide": ["delete_*", "drop"],
  "tools": {
    "list_customers": {},
    "create_refund": {
      "validate": { "schema": true },
      "deny_if": [
        {
          "conditions": [{ "path": "args.amount", "op": "gt", "value": 100 }],
          "on_deny": "Too much"
        }
      ],
      "limits": [
        { "counter": "rate", "window": "minute", "max": 10, "scope": "grant" },
        {
          "counter": "refunded",
          "window": "day",
          "max": 100.5,
          "scope": ["grant", "args.to"],
          "increment_from": "args.amount",
          "on_deny": "The budget is spent"
        }
      ]
    }
  }
}
`);
  });

  it('writes short forms and rule lists out', () => {
    const short = {
      version: '1',
      default: 'deny',
      tools: { t: { rules: [{ action: 'deny', reason: 'no', rate_limit: '10/minute' }] } },
    };
    const long = {
      version: '1',
      default: 'deny',
      tools: {
        t: {
          action: 'deny',
          reason: 'no',
          limits: [{ counter: 't_rate', window: 'minute', max: 10, scope: 'grant' }],
        },
      },
    };
    expect(print(short)).toBe(print(long));
  });

  it('fills no line beyond a hundred columns where it can be broken', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), (width) => {
        const conditions = [{ path: 'args.a', op: 'eq', value: 'x'.repeat(width) }];
        const text = print({ version: '1', default: 'deny', tools: { t: { deny_if: [{ conditions }] } } });
        const oneLine = text
          .split('\n')
          .filter((line) => line.includes('"path"') && line.includes('"value"'));
        for (const line of oneLine) expect(line.length).toBeLessThanOrEqual(100);
        expect(oneLine.length > 0).toBe(width <= 42);
      }),
    );
  });
});
