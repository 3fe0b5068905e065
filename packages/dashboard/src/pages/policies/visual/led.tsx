import { createContext, useContext } from 'react';
import type { RuleAt } from '../../../builder/index.ts';

/** The rule that somebody is being led to, where it is in the part that is shown; nobody any more once it has the focus. */
const Led = createContext<RuleAt | undefined>(undefined);

export const LedProvider = Led.Provider;

/** What somebody is being led to of one list. */
export function useLedTo(section: string): RuleAt | undefined {
  const led = useContext(Led);
  return led?.section === section ? led : undefined;
}
