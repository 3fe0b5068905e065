import { expect, it } from 'vitest';
import { parsed } from '../../cases/parsing.ts';
import { leftOutOfReplays, type ReplayedCall, ReplayTally } from './index.ts';

const call = (more: Partial<ReplayedCall> = {}): ReplayedCall => ({
  id: 'i',
  tool: 't',
  before: 'allow',
  ...more,
});

it('counts what becomes of calls, and tells the most frequent first with the newest as an example', () => {
  const tally = new ReplayTally();
  tally.add(call(), { outcome: 'allow', rule: '' });
  tally.add(call({ before: 'hide' }), { outcome: 'deny', rule: '/d' });
  tally.add(call({ before: 'deny' }), { outcome: 'allow', rule: '' });
  tally.add(call({ id: 'a' }), { outcome: 'limit', rule: '/l' });
  tally.add(call({ id: 'b' }), { outcome: 'limit', rule: '/l' });
  tally.add(call({ before: 'limit' }), { outcome: 'approve', rule: '/p' });
  tally.add(call({ tool: 'u' }), { outcome: 'unknown' });
  const { counts, lines, more } = tally.figures();
  expect(counts).toEqual({
    same: 2,
    newly_denied: 0,
    newly_limited: 2,
    newly_asked: 1,
    newly_allowed: 1,
    unknown: 1,
  });
  expect(lines[0]).toEqual({
    effect: 'newly_limited',
    tool: 't',
    before: 'allow',
    rule: '/l',
    calls: 2,
    example: 'b',
  });
  expect(lines.map(({ effect, rule }) => `${effect} ${rule}`.trim())).toEqual([
    'newly_limited /l',
    'newly_allowed',
    'newly_asked /p',
    'unknown',
  ]);
  expect(more).toBe(0);
});

it('has room for a hundred lines, and says how many more there are', () => {
  const tally = new ReplayTally();
  for (let at = 0; at < 103; at += 1) tally.add(call({ tool: `t${at}` }), { outcome: 'deny', rule: '/d' });
  const { lines, more } = tally.figures();
  expect([lines.length, more]).toEqual([100, 3]);
});

it('names the limits on calls in flight, of all tools and of one', () => {
  const limits = [
    { counter: 'now', concurrent: 1 },
    { counter: 'often', window: 'minute', max: 1 },
  ];
  const policy = parsed({ version: '1', default: 'deny', all_tools: { limits }, tools: { t: { limits } } });
  expect(leftOutOfReplays(policy)).toEqual(['/all_tools/limits/now', '/tools/t/limits/now']);
});
