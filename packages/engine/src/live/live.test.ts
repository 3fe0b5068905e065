import { describe, expect, it } from 'vitest';
import { parsed } from '../../cases/parsing.ts';
import type { JsonObject } from '../json/json.ts';
import { checkTools } from './index.ts';

const inputSchema: JsonObject = {
  type: 'object',
  properties: {
    amount: { type: 'number' },
    unit: { enum: ['eur', 'usd'] },
    to: { type: ['string', 'null'] },
    memo: { type: 'string' },
    code: { type: 'string', pattern: '^[AB]$' },
  },
  required: ['amount', 'memo', 'code'],
  additionalProperties: false,
};
const PAY = { name: 'pay', annotations: {}, class: 'Financial', inputSchema };
const READ = { name: 'read', annotations: {}, class: 'Read' };

const FREE: JsonObject = {
  validate: { schema: true },
  deny_if: [{ conditions: [{ path: 'args.memo', op: 'contains', value: 'gift' }] }],
};

function found(tools: JsonObject, more: JsonObject = {}): readonly string[] {
  const policy = parsed({ version: '1', default: 'deny', tools, ...more });
  return checkTools(policy, [PAY, READ]).map(
    ({ code, pointer, severity }) => `${severity} ${code} ${pointer}`,
  );
}
const rule = (path: string, op: string, value: unknown, list = 'require') =>
  ({ pay: { validate: { schema: true }, [list]: [{ conditions: [{ path, op, value }] }] } }) as JsonObject;

describe('a policy held against the tools of a server', () => {
  it.each<[string, JsonObject, string[]]>([
    ['what fits', rule('args.amount', 'lt', 5), []],
    [
      'another spelling of a tool',
      { pya: {}, 'wri*': {} },
      ['warning not_offered /tools/pya', 'warning not_offered /tools/wri*'],
    ],
    [
      'an argument that a closed schema does not have',
      rule('args.amout', 'lt', 5),
      ['error unknown_argument /tools/pay/require/args.amout-lt'],
    ],
    [
      'a text operator on a number',
      rule('args.amount', 'regex', 'x'),
      ['error impossible_type /tools/pay/require/args.amount-regex'],
    ],
    [
      'a number for what is a text',
      rule('args.to', 'eq', 5),
      ['error impossible_type /tools/pay/require/args.to-eq'],
    ],
    [
      'a value that cannot occur',
      rule('args.unit', 'in', ['eur', 'gbp']),
      ['error impossible_value /tools/pay/require/args.unit-in'],
    ],
    ['a value that can', rule('args.unit', 'in', ['eur']), []],
    [
      'a value that can in another case',
      {
        pay: {
          validate: { schema: true },
          require: [{ conditions: [{ path: 'args.unit', op: 'eq', value: 'EUR', ignore_case: true }] }],
        },
      },
      [],
    ],
    [
      'a refusal by what may be left out',
      rule('args.unit', 'eq', 'usd', 'deny_if'),
      ['warning optional_argument /tools/pay/deny_if/args.unit-eq'],
    ],
    ['a refusal by what is required', rule('args.amount', 'gt', 5, 'deny_if'), []],
    [
      'a refusal by what stands in a free text',
      rule('args.memo', 'contains', 'gift', 'deny_if'),
      ['warning denied_text /tools/pay/deny_if/args.memo-contains'],
    ],
    [
      'the same, of which only certain texts are required to begin with',
      {
        pay: {
          ...FREE,
          require: [
            { conditions: [{ path: 'args.memo', op: 'exists', value: true }] },
            { conditions: [{ path: 'args.memo', op: 'regex', value: '^[a-z]+$' }] },
          ],
        },
      },
      [],
    ],
    [
      'the same behind a requirement that lets every other text through',
      {
        pay: { ...FREE, require: [{ conditions: [{ path: 'args.memo', op: 'not_contains', value: 'x' }] }] },
      },
      ['warning denied_text /tools/pay/deny_if/args.memo-contains'],
    ],
    ['a refusal by part of what is one of few texts', rule('args.code', 'starts_with', 'A', 'deny_if'), []],
    [
      'what an agent says of itself',
      rule('client.name', 'eq', 'x'),
      ['warning self_reported /tools/pay/require/client.name-eq'],
    ],
    [
      'rules behind a refusal',
      { pay: { action: 'deny', limits: [{ counter: 'c', window: 'day', max: 1 }] } },
      ['warning never_reached /tools/pay/action'],
    ],
    [
      'rules without validation',
      { pay: { require: [{ conditions: [{ path: 'args.amount', op: 'lt', value: 5 }] }] } },
      ['warning unvalidated_arguments /tools/pay'],
    ],
    [
      'a pattern, of which one tool takes it',
      {
        '*': {
          validate: { schema: true },
          require: [{ conditions: [{ path: 'args.x', op: 'exists', value: true }] }],
        },
      },
      [],
    ],
  ])('%s', (_name, tools, problems) => {
    expect(found(tools)).toEqual(problems);
  });

  it('names grave tools that pass without an entry, and those under hide that are not there', () => {
    expect(found({}, { default: 'allow' })).toEqual(['warning uncovered_tool /default']);
    expect(found({}, { default: 'allow', hide: ['pay', 'gone'] })).toEqual(['warning not_offered /hide/1']);
  });

  it('is told in a moment of thousands of patterns and tools', () => {
    const named = (count: number, name: (index: string) => string) =>
      Array.from({ length: count }, (_, index) => name(String(index).padStart(4, '0')));
    const tools = named(500, (index) => `${'long_name_'.repeat(10)}${index}`);
    const offered = tools.map((name) => ({ ...PAY, name }));
    const entry = rule('args.amount', 'lt', 5)['pay'] as JsonObject;
    const patterns = [
      ...tools.map((name) => `${name}*`),
      ...tools.map((name) => `${name.slice(0, -2)}x*y${name}`),
    ];
    const policy = parsed({
      version: '1',
      default: 'deny',
      tools: Object.fromEntries(patterns.map((name) => [name, name.endsWith('9*') ? entry : {}])),
    });
    // Of one name after the other it would outlast any test.
    expect(checkTools(policy, offered)).toHaveLength(500);
  });
});
