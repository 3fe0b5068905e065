import { expect, it } from 'vitest';
import { rawNumber } from '../json/raw-number.ts';
import { lengthOf } from './length.ts';

it.each([
  ['', 0],
  ['a', 1],
  ['é', 1],
  ['😀', 1],
  ['a😀😀b', 4],
  ['\ud800\udc00', 1],
  ['\udbff\udfff', 1],
  ['\ud800', 1],
  ['\udc00', 1],
  ['\udc00\ud800', 2],
  ['\ud800\ud800', 2],
  ['\udc00\udc00', 2],
  ['\ud800\udbff', 2],
  ['\ud800\ue000', 2],
  ['\ud7ff\udc00', 2],
  ['\ud800\ud800\udc00', 2],
  [[], 0],
  [[1, [2, 3]], 2],
  [{}, 0],
  [{ a: 1, b: { c: 2 } }, 2],
  [12, undefined],
  [true, undefined],
  [null, undefined],
  [rawNumber('12345678901234567890') as never, undefined],
])('the length of %j is %j', (value, length) => {
  expect(lengthOf(value)).toBe(length);
});
