import { TOOL_CLASSES } from '@boomgate/contract';

export const ATTACK_CATEGORIES = ['protocol', 'supply chain', 'agent behaviour', 'data'] as const;
export const COVERAGES = ['full', 'partial', 'none'] as const;

/** Which attacks are shown; all of it stands in the address. */
export type AttackSearch = {
  readonly words?: string;
  readonly category?: (typeof ATTACK_CATEGORIES)[number];
  readonly coverage?: (typeof COVERAGES)[number];
  readonly class?: (typeof TOOL_CLASSES)[number];
};

export function readAttackSearch(search: Record<string, unknown>): AttackSearch {
  const category = ATTACK_CATEGORIES.find((one) => one === search['category']);
  const coverage = COVERAGES.find((one) => one === search['coverage']);
  const toolClass = TOOL_CLASSES.find((one) => one === search['class']);
  const { words } = search;
  return {
    ...(typeof words === 'string' && words !== '' ? { words } : {}),
    ...(category === undefined ? {} : { category }),
    ...(coverage === undefined ? {} : { coverage }),
    ...(toolClass === undefined ? {} : { class: toolClass }),
  };
}
