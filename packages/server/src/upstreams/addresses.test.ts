import type { LookupAddress, lookup } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { AddressRefused, guardedLookup, isSpecialAddress } from './addresses.ts';

const special = [
  '127.0.0.1',
  '127.255.0.9',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:a9fe:a9fe',
  '::ffff:0:7f00:1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001:0:4136:e378::',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  'no address',
  '',
];
const open = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450:4001::',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
];

describe('isSpecialAddress', () => {
  it.each(special)('refuses %j', (address) => {
    expect(isSpecialAddress(address)).toBe(true);
  });

  it.each(open)('lets %j pass', (address) => {
    expect(isSpecialAddress(address)).toBe(false);
  });

  it('judges the carried IPv4 address when its zero groups are left out', () => {
    expect(isSpecialAddress('64:ff9b::')).toBe(true);
    expect(isSpecialAddress('64:ff9b::7f00:0')).toBe(true);
    expect(isSpecialAddress('64:ff9b::8:0')).toBe(true);
  });

  it.each(['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '0', '①②⑦.⓪.⓪.①', '１２７.0.0.1'])(
    'refuses what the URL parser makes of %j',
    (host) => {
      expect(isSpecialAddress(new URL(`http://${host}/`).hostname)).toBe(true);
    },
  );
});

/** A resolver that gives fixed addresses; the overloads of the real one cannot be written out here. */
function resolver(addresses: LookupAddress[], asked: string[] = []): typeof lookup {
  const resolve = (hostname: string, _: unknown, callback: (error: null, found: LookupAddress[]) => void) => {
    asked.push(hostname);
    callback(null, addresses);
  };
  return resolve as unknown as typeof lookup;
}

function look(allowPrivate: boolean, addresses: LookupAddress[], all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    guardedLookup(allowPrivate, resolver(addresses))('name.example', { all }, (error, address) =>
      resolve(error ?? address),
    );
  });
}

describe('guardedLookup', () => {
  const mixed = [
    { address: '93.184.216.34', family: 4 },
    { address: '10.0.0.7', family: 4 },
  ];

  it('refuses a name when any of its addresses is private', async () => {
    expect(await look(false, mixed, true)).toBeInstanceOf(AddressRefused);
    expect(await look(false, mixed, false)).toBeInstanceOf(AddressRefused);
  });

  it('names the address and the setting that would allow it', async () => {
    expect(String(await look(false, mixed, true))).toContain('name.example resolves to 10.0.0.7');
    expect(String(await look(false, mixed, true))).toContain('"allow_private": true');
  });

  it('gives exactly the addresses that it judged', async () => {
    const good = [{ address: '93.184.216.34', family: 4 }];
    expect(await look(false, good, true)).toEqual(good);
    expect(await look(false, good, false)).toBe('93.184.216.34');
  });

  it('lets private addresses pass where the server was registered so', async () => {
    expect(await look(true, mixed, true)).toEqual(mixed);
  });
});
