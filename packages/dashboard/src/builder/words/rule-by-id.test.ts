import { type JsonObject, parsePolicyTree } from '@boomgate/engine';
import { expect, it } from 'vitest';
import { engineFunctions } from '../../engine/index.ts';
import { ruleByIdWords, sayAloud } from './index.ts';

const over = (value: number) => ({ path: 'args.a', op: 'gt', value });
const DOCUMENT: JsonObject = {
  version: '1',
  default: 'deny',
  all_tools: { limits: [{ counter: 'all calls', window: 'minute', max: 9, scope: 'grant' }] },
  tools: {
    'pay/now': {
      deny_if: [
        { conditions: [over(1)] },
        { conditions: [over(2)] },
        { name: 'args.a-gt-2', conditions: [over(3)] },
        { conditions: [{ not: over(4) }] },
      ],
      require: [{ name: 'small', conditions: [over(5)] }],
    },
    listed: { rules: [{ name: 'often', rate_limit: '10/minute' }] },
  },
};

it('finds each rule by the id that the engine gives it, also where ids look alike', () => {
  const read = parsePolicyTree(DOCUMENT, engineFunctions);
  if (!read.ok) throw new Error('expected it to read');
  const { allTools, tools } = read.policy;
  const { denyIf = [], require = [] } = tools.get('pay/now') ?? {};
  const ids = [...denyIf, ...require, ...allTools.limits].map(({ id }) => id);
  expect(new Set(ids).size).toBe(6);
  expect(ids.map((id) => sayAloud(ruleByIdWords(DOCUMENT, id) ?? []))).toEqual([
    'refuse if `a` is greater than `1`',
    'refuse if `a` is greater than `2`',
    'refuse if `a` is greater than `3`',
    expect.stringContaining('`4`'),
    'require that `a` is greater than `5`',
    '9 calls in any minute, per grant',
  ]);
});

it('says nothing of what is no rule of a list, or is not in the document', () => {
  for (const id of [
    '(default deny)',
    '/tools/pay~1now/action',
    '/tools/pay~1now/deny_if/gone',
    '/tools/gone/require/x',
    '/tools/listed/rules/often',
    '/all_tools/limits/gone',
    '',
  ])
    expect(ruleByIdWords(DOCUMENT, id), id).toBeUndefined();
});
