import { expect, it } from 'vitest';
import { ELSEWHERE_KEPT, ELSEWHERE_MS } from '../../limits/index.ts';
import { Elsewhere } from './elsewhere.ts';

it('has a token wait apart where it is not used from, for a while, and nowhere else', () => {
  const elsewhere = new Elsewhere();
  const lineOf = (token: string, network: string, nowMs = 0) =>
    elsewhere.lineOf(token, { networkOf: () => network, nowMs });
  expect(lineOf('token', 'thief')).toBe('token');
  elsewhere.note('token', 'thief', 0);
  const line = lineOf('token', 'thief');
  expect(line).not.toBe('token');
  expect([lineOf('token', 'office'), lineOf('other', 'thief')]).toEqual(['token', 'other']);
  elsewhere.note('token', 'thief', 1);
  expect(lineOf('token', 'thief', ELSEWHERE_MS)).toBe(line);
  expect(lineOf('token', 'thief', ELSEWHERE_MS + 1)).toBe('token');
});

it('knows the newest where there are too many', () => {
  const elsewhere = new Elsewhere();
  for (let at = 0; at <= ELSEWHERE_KEPT; at += 1) elsewhere.note('token', `n${at}`, 0);
  const isApart = (at: number) =>
    elsewhere.lineOf('token', { networkOf: () => `n${at}`, nowMs: 0 }) !== 'token';
  expect([0, 1, ELSEWHERE_KEPT].map(isApart)).toEqual([false, true, true]);
});
