import { expect, it } from 'vitest';
import type { GrantRecord } from '../store/index.ts';
import { takesFrom } from './networks.ts';

const GRANT: GrantRecord = {
  ...{ id: 'g1', organization: 'default', name: 'laptop', server: 'files', labels: {}, mode: 'enforce' },
  ...{ state: 'active', origin: 'minted', createdAtMs: 0 },
};
const BOUND = { ...GRANT, networks: ['10.0.0.0/8', '203.0.113.7', '2001:db8::/32'] };

it.each([
  ['10.1.2.3', true],
  // As a socket that takes both families names it.
  ['::ffff:10.1.2.3', true],
  ['203.0.113.7', true],
  ['203.0.113.8', false],
  ['2001:db8:ffff::1', true],
  ['2001:DB8::1', true],
  ['2001:db9::1', false],
  ['fe80::1%eth0', false],
  ['10.1.2.3, 192.0.2.1', false],
  ['unknown', false],
  ['', false],
  [undefined, false],
])('%s: %s', (address, expected) => {
  expect([takesFrom(BOUND, address), takesFrom(GRANT, address)]).toEqual([expected, true]);
});
