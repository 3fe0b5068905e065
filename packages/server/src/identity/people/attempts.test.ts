import { describe, expect, it } from 'vitest';
import { ATTEMPTS_KEPT, ATTEMPTS_MS } from '../../limits/index.ts';
import { addressKey, senderOf } from '../addresses.ts';
import { Attempts } from './attempts.ts';
import { BusyError, Passwords } from './passwords.ts';

const start = 1_000_000;
const fail = (attempts: Attempts, account: string, nowMs = start) =>
  'succeeded' in attempts.take({ account, address: account }, nowMs);

describe('attempts', () => {
  it('are forgotten by one that succeeds, for its account; those of the address stay', () => {
    const attempts = new Attempts({ account: 2, address: 3 });
    const take = (account: string) => attempts.take({ account, address: 'here' }, start);
    take('a');
    const second = take('a');
    expect(take('a')).toEqual({ waitMs: ATTEMPTS_MS });
    if ('succeeded' in second) second.succeeded();
    expect(take('a')).toHaveProperty('succeeded');
    expect(take('b')).toHaveProperty('succeeded');
    expect(take('c')).toEqual({ waitMs: ATTEMPTS_MS });
  });

  it('never lock for longer than their time, also when the clock is set back', () => {
    const attempts = new Attempts({ account: 1, address: 9 });
    expect(fail(attempts, 'a')).toBe(true);
    expect(fail(attempts, 'a')).toBe(false);
    expect(fail(attempts, 'a', start - 1)).toBe(true);
  });

  it('are kept for a bounded number of accounts', () => {
    const attempts = new Attempts({ account: 1, address: 9 });
    for (let count = 0; count < ATTEMPTS_KEPT / 2; count += 1) fail(attempts, `a${count}`);
    expect(fail(attempts, 'a0')).toBe(false);
    fail(attempts, 'one more');
    expect(fail(attempts, 'a0')).toBe(true);
    expect(fail(attempts, 'a9')).toBe(false);
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '0064ff9b000000'],
    ['0:0:0:0:0:FFFF:C000:0201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100'],
    ['2001:DB8:1:ff::1', '20010db8000100'],
    ['2001:db8:1:100::1', '20010db8000101'],
    ['::1', '00000000000000'],
    ['fe80::1%eth0', 'fe800000000000'],
    ['garbage', 'unknown'],
    [undefined, 'unknown'],
  ])('%s is counted as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it.each([
    [undefined, '127.0.0.1'],
    ['203.0.113.9', '203.0.113.9'],
    ['192.0.2.1, 203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:51234', '203.0.113.9'],
    ['192.0.2.1, 203.0.113.9:51234', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
    ['', ''],
    ['unknown', 'unknown'],
  ])('a proxy that says %j means %s', (forwarded, sender) => {
    expect(senderOf('127.0.0.1', forwarded)).toBe(sender);
  });
});

describe('passwords', () => {
  it('are compared with argon2id of 19 MiB, two passes and one lane', async () => {
    const passwords = new Passwords();
    const hashed = await passwords.hash('a password');
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(hashed, 'a password')).toBe(true);
    expect(await passwords.verify(hashed, 'another')).toBe(false);
    expect(await passwords.verify(undefined, 'a password that nobody has')).toBe(false);
  });

  it('wait for one another, up to a number', async () => {
    const passwords = new Passwords(1, 1);
    const taken = [passwords.hash('one'), passwords.hash('two')];
    await expect(passwords.hash('three')).rejects.toBeInstanceOf(BusyError);
    expect(await Promise.all(taken)).toHaveLength(2);
    expect(await passwords.hash('four')).toContain('argon2id');
  });
});
