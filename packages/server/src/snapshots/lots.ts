import { setImmediate as nextTurn } from 'node:timers/promises';

/** Tools that are looked at in one turn of the event loop: about two milliseconds of work, as a listing may have thousands. */
const LOT = 25;

/** Does the work for one item after the other and lets others have their turn in between. */
export async function inLots<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (results.length > 0 && results.length % LOT === 0) await nextTurn();
    results.push(work(item));
  }
  return results;
}
