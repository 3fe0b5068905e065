import { TOOL_CLASSES } from '@boomgate/contract';
import { choicesOf, textsOf } from './read.ts';

export const ATTACK_CATEGORIES = ['protocol', 'supply chain', 'agent behaviour', 'data'] as const;
export const COVERAGES = ['full', 'partial', 'none'] as const;

/** Which attacks are shown. */
export type AttackSearch = ReturnType<typeof readAttackSearch>;

export function readAttackSearch(search: Record<string, unknown>) {
  const choices = { category: ATTACK_CATEGORIES, coverage: COVERAGES, class: TOOL_CLASSES };
  return { ...textsOf(search, ['words']), ...choicesOf(search, choices) };
}
