import type { Truth } from '../decide/decision.ts';

export function truth(holds: boolean): Truth {
  return holds ? 'true' : 'false';
}

export function not(outcome: Truth): Truth {
  if (outcome === 'undetermined') return outcome;
  return outcome === 'true' ? 'false' : 'true';
}

/** Kleene's *and* over what `judge` makes of each item; *true* for none. Stops at the first *false*. */
export function every<Item>(items: readonly Item[], judge: (item: Item) => Truth): Truth {
  let outcome: Truth = 'true';
  for (let index = 0; index < items.length; index += 1) {
    // The index is within the list.
    const one = judge(items[index] as Item);
    if (one === 'false') return one;
    if (one === 'undetermined') outcome = one;
  }
  return outcome;
}

/** Kleene's *or* over what `judge` makes of each item; *false* for none. Stops at the first *true*. */
export function some<Item>(items: readonly Item[], judge: (item: Item) => Truth): Truth {
  let outcome: Truth = 'false';
  for (let index = 0; index < items.length; index += 1) {
    // The index is within the list.
    const one = judge(items[index] as Item);
    if (one === 'true') return one;
    if (one === 'undetermined') outcome = one;
  }
  return outcome;
}
