import { expect, it } from 'vitest';
import { MISUSE_TOLD_EVERY_MS, TOLD_OF_ORGANIZATION } from '../limits/index.ts';
import { GATEWAY } from '../store/index.ts';
import { Misuse } from './misuse.ts';

const actor = { ...GATEWAY, address: '203.0.113.9' };
const grant = (id: string, reason = 'network') => ({
  organization: 'default',
  actor,
  target: { kind: 'grant', id, name: `grant ${id}` },
  reason,
});
const many = Array.from({ length: 2 * TOLD_OF_ORGANIZATION }, (_, number) => grant(String(number)));
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

it('tells of so many of one organisation in an hour, and goes on telling of others', () => {
  const misuse = new Misuse();
  const toldOf = (requests: readonly Parameters<Misuse['told']>[0][], nowMs: number) =>
    requests.filter((one) => misuse.told(one, { nowMs, atMs: 7 }) !== undefined).length;
  expect(toldOf(many, 0)).toBe(TOLD_OF_ORGANIZATION);
  expect(toldOf([{ ...grant('a'), organization: 'another' }], 0)).toBe(1);
  expect(toldOf(many, MISUSE_TOLD_EVERY_MS)).toBe(TOLD_OF_ORGANIZATION);
});
