import type { Approval } from '../../app/waiting.ts';

/**
 * The cards of an inbox, so that none moves under the hand of who decides: those that were there keep their places, also when they
 * wait no more, and what is new comes after them, soonest to end first. Once nothing waits, none is left.
 */
export function inPlace(before: readonly Approval[], waiting: readonly Approval[]): readonly Approval[] {
  if (waiting.length === 0) return [];
  const now = new Map(waiting.map((one) => [one.id, one]));
  const known = new Set(before.map(({ id }) => id));
  const fresh = waiting.filter(({ id }) => !known.has(id));
  return [
    ...before.map((one) => now.get(one.id) ?? one),
    ...fresh.toSorted((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt)),
  ];
}
