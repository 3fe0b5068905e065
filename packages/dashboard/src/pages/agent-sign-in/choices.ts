import { useState } from 'react';
import type { Asked } from './asked.ts';

/** In place of an id: a grant that is minted first. No id looks like this. */
export const NEW = '';

export type Offered = Asked['grants'][number];

/** The grants that the agent may be given, and which of them is chosen. */
export type Choices = {
  readonly grants: readonly Offered[];
  /** A new one may be minted. */
  readonly withNew: boolean;
  readonly areNone: boolean;
  /** The id of a grant, or `NEW`; undefined until somebody says, where there are several. */
  readonly chosen: string | undefined;
  readonly onChoose: (chosen: string) => void;
  /** It is the chosen one from then on, and no other is minted here. */
  readonly onMinted: (grant: Offered) => void;
};

export function useChoices({ grants: offered, mayMint, server }: Asked): Choices {
  const [minted, setMinted] = useState<Offered>();
  const [picked, setPicked] = useState<string>();
  const isListed = offered.some(({ id }) => id === minted?.id);
  const grants = minted === undefined || isListed ? offered : [minted, ...offered];
  // A grant for several servers is minted elsewhere, with a policy for each of them.
  const withNew = mayMint && server !== undefined && minted === undefined;
  const isThere = picked === NEW ? withNew : grants.some(({ id }) => id === picked);
  const only = grants.length === 1 ? grants[0]?.id : grants.length === 0 && withNew ? NEW : undefined;
  return {
    grants,
    withNew,
    areNone: grants.length === 0 && !withNew,
    chosen: isThere ? picked : only,
    onChoose: setPicked,
    onMinted: (grant) => {
      setMinted(grant);
      setPicked(grant.id);
    },
  };
}
