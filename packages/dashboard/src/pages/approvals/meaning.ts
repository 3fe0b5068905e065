import type { Approval } from '../../app/waiting.ts';

/** What a yes lets through, in words. */
export function meaningOf({ terms: { remember, required } }: Pick<Approval, 'terms'>): string {
  const many = required > 1 ? `It takes ${required} people. ` : '';
  if (remember === 'none') return `${many}This one call, with exactly these arguments, once.`;
  if (remember === 'session')
    return `${many}This call with exactly these arguments, as often as the agent makes it, until its session ends.`;
  return `${many}This call with exactly these arguments, as often as the agent makes it, for ${spanOf(remember)}.`;
}

function spanOf(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 120) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return `${Math.round(minutes / 60)} hours`;
}
