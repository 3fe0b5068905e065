import { expect, it } from 'vitest';
import { isTargeted } from './age.ts';

it.each([
  ['0.3.57', false],
  ['0.3.58', true],
  ['v0.3.64', true],
  ['0.4.0', true],
  ['1.0.0', true],
  ['0.2.99', false],
  ['unknown', false],
  [undefined, false],
])('a server of version %s interrupts by id: %s', (version, expected) => {
  expect(isTargeted(version)).toBe(expected);
});
