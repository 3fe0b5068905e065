import { parsePolicyTree, printPath } from '@boomgate/engine';
import { expect, it } from 'vitest';
import { engineFunctions } from '../../engine/index.ts';
import { argumentPath, BEGINNING, valueTyped, type Wish, withWish } from './draft-rule.ts';

const DOCUMENT = { ...BEGINNING, description: 'kept', tools: { refund: { action: 'deny', limits: [] } } };

it.each<[Wish, unknown]>([
  [
    { kind: 'refuse_if', path: 'args.amount', op: 'gt', value: 10 },
    { deny_if: [{ conditions: [{ path: 'args.amount', op: 'gt', value: 10 }] }] },
  ],
  [
    { kind: 'ask_if', path: 'args.amount', op: 'gt', value: 10 },
    { require_approval_if: [expect.anything()] },
  ],
  [
    { kind: 'limit', max: 3, window: 'hour' },
    { limits: [{ counter: 'refund_rate', window: 'hour', max: 3, scope: 'grant' }] },
  ],
  [{ kind: 'ask' }, { action: 'require_approval' }],
  [{ kind: 'deny' }, { action: 'deny' }],
])('the wish %j becomes a rule beside what was there', (wish, entry) => {
  const drafted = withWish(DOCUMENT, 'refund', wish);
  expect(drafted).toMatchObject({ description: 'kept', tools: { refund: entry } });
  expect(parsePolicyTree(drafted, engineFunctions)).toMatchObject({ ok: true });
});

it('letting a tool through takes its action away, and hiding it leaves its entry', () => {
  expect(withWish(DOCUMENT, 'refund', { kind: 'allow' })).toMatchObject({
    tools: { refund: { limits: [] } },
  });
  expect(withWish(DOCUMENT, 'refund', { kind: 'allow' })['tools']).not.toHaveProperty('refund.action');
  expect(withWish({ ...DOCUMENT, hide: ['a'] }, 'refund', { kind: 'hide' })['hide']).toEqual(['a', 'refund']);
});

it('what is typed is a number, a list, or else a text; a name of any characters has a path', () => {
  expect([valueTyped('10'), valueTyped('["a"]'), valueTyped('10 apples')]).toEqual([10, ['a'], '10 apples']);
  expect(argumentPath('any name')).toBe(printPath('args', [{ kind: 'name', name: 'any name' }]));
});
