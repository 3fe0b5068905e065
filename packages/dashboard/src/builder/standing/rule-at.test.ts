import { type JsonObject, parsePolicyTree } from '@boomgate/engine';
import { expect, it } from 'vitest';
import { engineFunctions } from '../../engine/index.ts';
import { ruleAt } from './index.ts';

const over = (value: number) => ({ path: 'args.a', op: 'gt', value });
const DOCUMENT: JsonObject = {
  version: '1',
  default: 'deny',
  all_tools: { limits: [{ counter: 'all calls', window: 'minute', max: 9, scope: 'grant' }] },
  tools: {
    'pay/now': {
      action: 'require_approval',
      validate: { schema: true },
      deny_if: [{ conditions: [over(1)] }, { conditions: [over(2)] }],
      require: [{ name: 'small', conditions: [over(5)] }],
    },
    listed: { rules: [{ name: 'often', rate_limit: '10/minute' }] },
  },
  resources: { deny: ['docs://*'] },
};

it('leads to each rule by the id that the engine gives it: the place, the list and the row', () => {
  const read = parsePolicyTree(DOCUMENT, engineFunctions);
  if (!read.ok) throw new Error('expected it to read');
  const { allTools, tools } = read.policy;
  const { denyIf = [], require = [] } = tools.get('pay/now') ?? {};
  const ids = [...denyIf, ...require, ...allTools.limits].map(({ id }) => id);
  const place = { kind: 'tool', name: 'pay/now' };
  expect(ids.map((id) => ruleAt(DOCUMENT, id))).toEqual([
    { place, section: 'deny_if', index: 0 },
    { place, section: 'deny_if', index: 1 },
    { place, section: 'require', index: 0 },
    { place: { kind: 'all_tools' }, section: 'limits', index: 0 },
  ]);
});

it('leads to the part that has a rule which is none of a list', () => {
  const place = { kind: 'tool', name: 'pay/now' };
  for (const section of ['action', 'validate', 'approval'])
    expect(ruleAt(DOCUMENT, `/tools/pay~1now/${section}`)).toEqual({ place, section });
  expect(ruleAt(DOCUMENT, '/resources/deny')).toEqual({ place: { kind: 'access' }, section: 'resources' });
  expect(ruleAt(DOCUMENT, '(default deny)')).toEqual({ place: { kind: 'policy' }, section: 'default' });
});

it('leads nowhere where a document has no such rule', () => {
  for (const id of [
    '',
    '(hidden)',
    '/tools/pay~1now',
    '/tools/pay~1now/deny_if',
    '/tools/pay~1now/deny_if/gone',
    '/tools/listed/action',
    '/tools/listed/rules/often',
    '/tools/gone/action',
    '/all_tools/limits/gone',
    '/resources/allow',
    '/prompts/deny',
  ])
    expect(ruleAt(DOCUMENT, id), id).toBeUndefined();
  expect(ruleAt({ version: '1', default: 'allow' }, '(default deny)')).toBeUndefined();
});
