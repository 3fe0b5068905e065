import { expect, it } from 'vitest';
import { queryOf } from './query.ts';

it('asks by no outcome and no time that an address names and there is not', () => {
  expect(queryOf({ outcome: 'deny', text: 'pay', since: 'garbage' })).toEqual({
    outcome: 'deny',
    text: 'pay',
  });
  expect(queryOf({ outcome: 'unknown' })).toEqual({});
});
