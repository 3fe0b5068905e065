import { describe, expect, it } from 'vitest';
import { problemsOf, withCondition } from '../../cases/parsing.ts';

const VALUE = '/tools/t/deny_if/0/conditions/0/value';

describe('a comparison that hardly anybody means', () => {
  it.each([
    ['args.list.0', 'eq', 'x', 'bad_path', VALUE.replace('value', 'path'), /is \[0\]/],
    ['args.tags', 'contains', ['a', 'b'], 'bad_operand', VALUE, /"any" or "all"/],
    ['args.file', 'glob', '*.{js,ts}', 'bad_pattern', VALUE, /"\{js,ts\}" only stands for itself/],
    ['args.file', 'glob', '[a-z]*', 'bad_pattern', VALUE, /or "regex"/],
    ['time.weekday', 'eq', 'Sunday', 'contradiction', VALUE, /from 1 \(Monday\) to 7 \(Sunday\)/],
    ['time.weekday', 'in', [6, 0], 'contradiction', `${VALUE}/1`, /found 0, which it never is/],
    ['time.hour', 'not_in', [24], 'contradiction', `${VALUE}/0`, /from 0 to 23/],
    ['time.date', 'eq', '24.12.2026', 'contradiction', VALUE, /such as "2026-01-31"/],
  ])('is a warning: %s %s %j', (path, op, value, code, pointer, message) => {
    expect(problemsOf(withCondition({ path, op, value }))).toMatchObject([
      { code, severity: 'warning', pointer, message: expect.stringMatching(message) },
    ]);
  });

  it.each([
    ['args.list[0]', 'eq', 'x'],
    ['args.v2', 'eq', 'x'],
    ['args.tags', 'contains', 'a'],
    ['args.url', 'glob', 'https://example.com/*?q=*'],
    ['time.weekday', 'in', [6, 7]],
    ['time.hour', 'gte', 24],
    ['time.date', 'in', ['2026-12-24']],
  ])('is none: %s %s %j', (path, op, value) => {
    expect(problemsOf(withCondition({ path, op, value }))).toEqual([]);
  });
});
