import { expect, it } from 'vitest';
import { presentedIn } from './sender.ts';

it('takes senders for the same however they spell the scheme, and for others by their tokens alone', () => {
  const spellings = ['Bearer one', 'bearer one', 'BEARER one'].map(presentedIn);
  expect(new Set(spellings)).toEqual(new Set(['one']));
  expect(presentedIn('Bearer two')).toBe('two');
  expect(presentedIn(undefined)).toBe('');
});
