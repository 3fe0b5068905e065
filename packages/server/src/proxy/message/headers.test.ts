import { expect, it } from 'vitest';
import { decodeHeaderValue } from './headers.ts';

it.each([
  ['plain', 'plain'],
  ['=?base64?SGVsbG8=?=', 'Hello'],
  ['=?base64??=', ''],
  // With only one end of the form it stands for itself.
  ['=?base64?SGVsbG8=', '=?base64?SGVsbG8='],
  ['SGVsbG8=?=', 'SGVsbG8=?='],
  // Both ends overlap, so that it is unclear which of the two is meant.
  ['=?base64?=', undefined],
  ['=?base64?SGVsbG8?=', undefined],
  ['=?base64?gICA?=', undefined],
  ['größe', undefined],
])('%s says %s', (value, text) => {
  expect(decodeHeaderValue(value)).toBe(text);
});
