import type { Way } from './glance.ts';

/** What is said in so many words, anywhere in a description, with what a text that says it has in it. */
export const SAID = {
  /** A sentence about what the tool does not do. */
  limited: {
    has: [['only', 'ot m', 'ot c', 'ot w', 'ot a', 'ot d', 'out ', 'o si']],
    says: /read[- ]?only|\b(?:does|do|will|can) ?not (?:modify|change|write|alter|delete)|without (?:modifying|changing)|no side effects|dry[- ]run only/i,
  },
  forGood: {
    has: [
      ['t be', 'irre', 'no u', 'ot r', 'unre', 'hard'],
      ['undo', 'ever', 'ecov', 'esto', 'dele'],
    ],
    says: /(?:cannot|can['’]t|can not) be (?:undone|reversed|recovered|restored)|irreversibl|\bno undo\b|not recoverable|unrecoverabl|\bhard[- ]delete/i,
  },
  crud: { has: [['crud']], says: /\bCRUD\b/i },
  actions: {
    has: [['acti', 'erat', 'omma', 'etho', 'mode']],
    says: /\b(?:actions?|operations?|commands?|methods?|modes?)\s*(?:\([^)\n]{0,40}\)\s*)?[:=]\s*([^.\n]{1,300})/i,
  },
} as const satisfies Record<string, { readonly has: Way; readonly says: RegExp }>;
