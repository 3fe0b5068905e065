import { canonicalJson } from '../../json/canonical.ts';
import type { Json } from '../../json/json.ts';
import { type Change, change } from './change.ts';

/** A rule or limit: its id, what it is known by beside its text, and how the document has it. */
export type Item = { readonly id: string; readonly name: string; readonly document: Json };
type Items = { readonly before: readonly Item[]; readonly after: readonly Item[] };

type Match = { readonly item: Item; readonly at: number };

/**
 * The changes of a list of rules or limits. Items that are written alike belong together, then those of the same name; the rest
 * came or went. `isOrdered`: the order matters, since the first rule that fires says what the agent is told.
 */
export function changedList({ before, after }: Items, isOrdered: boolean): readonly Change[] {
  const matches = match(before, after);
  const moved = isOrdered ? movedAmong(matches) : new Set<number>();
  const gone = before.filter((_, at) => ![...matches.values()].some((one) => one.at === at));
  return [
    ...gone.flatMap(({ id, document }) => change(id, document, undefined)),
    ...after.flatMap(({ id, document }, at): readonly Change[] => {
      const earlier = matches.get(at);
      if (earlier === undefined) return change(id, undefined, document);
      const changed = change(id, earlier.item.document, document);
      if (changed.length > 0 || !moved.has(at)) return changed;
      return [{ kind: 'moved', pointer: id, before: earlier.item.document, after: document }];
    }),
  ];
}

/** For the index of each later item, the earlier one that it comes from. */
function match(before: readonly Item[], after: readonly Item[]): ReadonlyMap<number, Match> {
  const matches = new Map<number, Match>();
  const free = new Set(before.keys());
  for (const keyOf of [({ document }: Item) => canonicalJson(document), ({ name }: Item) => name]) {
    const places = Map.groupBy([...free], (at) => keyOf(before[at] ?? NOBODY));
    for (const [at, item] of after.entries()) {
      const earlier = matches.has(at) ? undefined : places.get(keyOf(item))?.shift();
      const found = earlier === undefined ? undefined : before[earlier];
      if (earlier === undefined || found === undefined) continue;
      matches.set(at, { item: found, at: earlier });
      free.delete(earlier);
    }
  }
  return matches;
}

const NOBODY: Item = { id: '', name: '', document: null };

/** Later items that are not in the longest run of items which kept their order. */
function movedAmong(matches: ReadonlyMap<number, Match>): ReadonlySet<number> {
  const pairs = [...matches].toSorted(([one], [other]) => one - other);
  const runs: { readonly length: number; readonly from: number }[] = [];
  for (const [index, [, { at }]] of pairs.entries()) {
    let best = { length: 1, from: -1 };
    for (let earlier = 0; earlier < index; earlier += 1) {
      const length = (runs[earlier]?.length ?? 0) + 1;
      if ((pairs[earlier]?.[1].at ?? 0) < at && length > best.length) best = { length, from: earlier };
    }
    runs.push(best);
  }
  const longest = runs.reduce(
    (most, { length }, index) => (length > (runs[most]?.length ?? 0) ? index : most),
    0,
  );
  const kept = new Set<number>();
  for (let index = runs.length === 0 ? -1 : longest; index >= 0; index = runs[index]?.from ?? -1)
    kept.add(index);
  return new Set(pairs.filter((_, index) => !kept.has(index)).map(([at]) => at));
}
