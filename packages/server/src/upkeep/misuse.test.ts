import { expect, it } from 'vitest';
import { MISUSE_TOLD_EVERY_MS } from '../limits/index.ts';
import { GATEWAY } from '../store/index.ts';
import { Misuse } from './misuse.ts';

const actor = { ...GATEWAY, address: '203.0.113.9' };
const grant = (id: string, reason = 'network') => ({
  organization: 'default',
  actor,
  target: { kind: 'grant', id, name: `grant ${id}` },
  reason,
});
const endpoint = { kind: 'endpoint', id: 'mcp', name: 'mcp' };

it('tells once an hour of each grant and key that is presented where it is not used, and of nothing else', () => {
  const misuse = new Misuse();
  const at = (nowMs: number, ...requests: readonly Parameters<Misuse['told']>[0][]) =>
    requests.flatMap((one) => misuse.told(one, { nowMs, atMs: 7 }) ?? []);
  const key = { kind: 'api_key', id: 'k', name: 'key', via: 'api' } as const;
  const ofKey = { ...grant('k', 'other_network'), actor: { ...key, address: 'x' }, target: endpoint };
  const [first, second, third, ...rest] = at(0, grant('a'), grant('a'), grant('b'), ofKey, ofKey);
  expect(first).toEqual({
    kind: 'misused',
    atMs: 7,
    about: {
      organization: 'default',
      credential: { kind: 'grant', id: 'a', name: 'grant a' },
      reason: 'network',
      address: '203.0.113.9',
    },
  });
  expect([second, third]).toMatchObject([
    { about: { credential: { id: 'b' } } },
    { about: { credential: { kind: 'api_key', id: 'k', name: 'key' }, address: 'x' } },
  ]);
  expect(rest).toEqual([]);
  expect(at(0, grant('d', 'proof'))).toMatchObject([{ about: { reason: 'proof' } }]);
  expect(at(0, grant('c', 'refusals'), { ...grant('c'), target: endpoint })).toEqual([]);
  expect(at(MISUSE_TOLD_EVERY_MS - 1, grant('a'))).toEqual([]);
  expect(at(MISUSE_TOLD_EVERY_MS, grant('a'), grant('a'))).toHaveLength(1);
});
