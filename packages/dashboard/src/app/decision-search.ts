/** What is open below a decision: trying its call, or making a rule of it. */
export type DecisionSearch = { readonly further?: 'try' | 'rule' };

export function readDecisionSearch({ further }: Record<string, unknown>): DecisionSearch {
  return further === 'try' || further === 'rule' ? { further } : {};
}
