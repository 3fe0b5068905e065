import { expect, it } from 'vitest';
import type { Approval } from '../../app/waiting.ts';
import { inPlace } from './in-place.ts';

const approval = (id: string, minute: number): Approval =>
  ({ id, expiresAt: `2026-01-01T00:0${minute}:00.000Z` }) as Approval; // a cast: the rest is not looked at
const [early, late, later] = [approval('early', 1), approval('late', 2), approval('later', 3)];
const idsOf = (all: readonly Approval[]) => all.map(({ id }) => id);

it('begins with what ends first', () => {
  expect(idsOf(inPlace([], [later, early, late]))).toEqual(['early', 'late', 'later']);
});

it('keeps every card in its place, whatever comes and whatever waits no more', () => {
  const before = inPlace([], [late, later]);
  expect(idsOf(inPlace(before, [later, early]))).toEqual(['late', 'later', 'early']);
});

it('shows each as it is now', () => {
  const changed = { ...late, message: 'changed' };
  expect(inPlace([late, early], [changed])).toEqual([changed, early]);
});

it('is empty once nothing waits, and begins anew then', () => {
  expect(inPlace([late, later], [])).toEqual([]);
});
