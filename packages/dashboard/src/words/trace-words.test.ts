import { expect, it } from 'vitest';
import { readRule, sayCondition, sayDecisive, sayRule, sayStep } from './trace-words.ts';

it.each([
  ['/tools/a~1b/deny_if/args.x-gt', 'Refusal for a/b'],
  ['/all_tools/require/team', 'Requirement for all tools'],
  ['/tools/t/limits/calls', 'Limit for t: calls'],
  ['(default deny)', 'What is not listed'],
])('the rule %s is said as %s', (rule, said) => {
  expect(sayRule(rule)).toBe(said);
});

it('a step says what it came to, and a limit that does not apply counts nothing', () => {
  const step = { rule: '/tools/t/deny_if/x', outcome: 'undetermined', conditions: [] };
  expect(sayStep(step)).toBe('cannot be decided, which refuses the call');
  const when = [{ path: 'args.x', op: 'eq', outcome: 'false', found: 'string' }];
  expect(sayStep({ rule: '/tools/t/limits/c', outcome: 'passed', conditions: when })).toBe(
    'does not count this call',
  );
  expect(readRule('/tools/t/validate')).toEqual({ tool: 't', section: 'validate', last: '' });
});

it.each([
  ['/tools/t/approval', 'Approval for t: a person is asked before the tool runs'],
  ['/tools/t/action', 'What is done with t: the tool is denied'],
  ['/tools/t/deny_if/x', 'Refusal for t: it applies, and refuses the call'],
  ['/tools/t/limits/calls', 'Limit for t: calls: it is used up, which refuses the call'],
  [
    '(default deny)',
    'What is not listed: the policy does not list the tool, and denies what it does not list',
  ],
])('what %s decided is one sentence', (rule, sentence) => {
  expect(sayDecisive({ rule, outcome: 'fired', conditions: [] })).toBe(sentence);
});

it('a condition is said as a question with its answer, and never with a value', () => {
  const asked = { path: 'args.amount', op: 'gt', outcome: 'true', found: 'number' };
  expect(sayCondition(asked)).toBe('args.amount is above what the rule names: yes (it is a number)');
  expect(sayCondition({ ...asked, outcome: 'undetermined', found: 'absent' })).toBe(
    'args.amount is above what the rule names: cannot be told, since it is absent',
  );
});
