import { describe, expect, it } from 'vitest';
import { contains, embeddedFour, parseAddress, parseRange } from './address.ts';

describe('an address', () => {
  it.each<[string, bigint, 32 | 128]>([
    ['1.2.3.4', 0x01020304n, 32],
    ['255.255.255.255', 0xffffffffn, 32],
    ['0.0.0.0', 0n, 32],
    ['::', 0n, 128],
    ['::1', 1n, 128],
    ['1::', 1n << 112n, 128],
    ['ABCD:0001::ef', (0xabcd0001n << 96n) | 0xefn, 128],
    ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n, 128],
    ['::2:3:4:5:6:7:8', 0x00000002000300040005000600070008n, 128],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n, 128],
    ['1:2:3:4:5:6:1.2.3.4', 0x00010002000300040005000601020304n, 128],
    ['::1.2.3.4', 0x01020304n, 128],
  ])('%s is these bits', (text, bits, width) => {
    expect(parseAddress(text)).toEqual({ bits, width });
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.1000',
    '1.2.3.x',
    ':',
    ':1',
    ':::',
    '1:',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    '1:2:3:4::5:6:7:8::9',
    '12345::',
    'g::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3.256',
    '1:2:3:4:5:6:7:1.2.3.4',
  ])('is not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it.each([
    ['::ffff:1.2.3.4', 0x01020304n],
    ['::fffe:1.2.3.4', undefined],
    ['::1:ffff:1.2.3.4', undefined],
    ['1.2.3.4', undefined],
  ])('%s stands for an IPv4 address where it is mapped', (text, bits) => {
    const address = parseAddress(text);
    expect(address && embeddedFour(address)?.bits).toBe(bits);
  });
});

describe('a range of addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '9.255.255.255', false],
    ['10.9.9.9/8', '10.1.1.1', true],
    ['0.0.0.0/0', '255.0.0.1', true],
    ['1.2.3.4/31', '1.2.3.5', true],
    ['1.2.3.4/31', '1.2.3.6', false],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.4', '1.2.3.5', false],
    ['::/0', '1::', true],
    ['::/0', '1.2.3.4', false],
    ['0.0.0.0/0', '::1', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::', false],
    ['::1/128', '::1', true],
    ['::1/128', '::', false],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['::ffff:10.0.0.0/104', '11.1.2.3', false],
    ['::ffff:0.0.0.0/96', '1.2.3.4', true],
    ['::ffff:0.0.0.0/95', '1.2.3.4', false],
    ['::ffff:0.0.0.0/95', '::ffff:1.2.3.4', true],
  ])('%s has %s: %s', (range, address, expected) => {
    const [wide, one] = [parseRange(range), parseAddress(address)];
    expect(wide && one && contains(wide, one)).toBe(expected);
  });

  it.each([
    '',
    '/8',
    'a/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    '::/1000',
  ])('is not %j', (text) => {
    expect(parseRange(text)).toBeUndefined();
  });
});
