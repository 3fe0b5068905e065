import { describe, expect, it } from 'vitest';
import { problemsOf, withEntry } from '../../../cases/parsing.ts';

const approval = { timeout: '10m' };
const large = [{ conditions: [{ path: 'args.a', op: 'gt', value: 1 }] }];

describe('how people decide', () => {
  it.each([undefined, 'allow', 'deny'])(
    'is a warning where nothing asks them, with the action %s',
    (action) => {
      expect(problemsOf(withEntry({ ...(action && { action }), approval }))).toMatchObject([
        { code: 'contradiction', severity: 'warning', pointer: '/tools/t/approval' },
      ]);
    },
  );

  it('is none where the entry or all tools ask', () => {
    expect(problemsOf(withEntry({ action: 'require_approval', approval }))).toEqual([]);
    expect(problemsOf(withEntry({ require_approval_if: large, approval }))).toEqual([]);
    expect(problemsOf(withEntry({ action: 'ask', approval }))).toMatchObject([
      { pointer: '/tools/t/action' },
    ]);
    const all_tools = { require_approval_if: large };
    expect(problemsOf({ version: '1', default: 'deny', all_tools, tools: { t: { approval } } })).toEqual([]);
  });
});
