import { expect, it } from 'vitest';
import { toldAddress } from './addresses.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ['2001:0DB8:0:0::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
  ['203.0.113.7, 192.0.2.1', undefined],
  ['=1+1', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s is told as %s', (address, expected) => {
  expect(toldAddress(address)).toBe(expected);
});
