/** One member of what a row of the audit log says of a thing. */
type FactChange = {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly pointer: string;
  readonly before?: unknown;
  readonly after?: unknown;
};

type Facts = Readonly<Record<string, unknown>>;

/** What differs between a thing before and after an act, member by member, in the order of their names. What stayed is left out. */
export function factsDifference(before: Facts = {}, after: Facts = {}): readonly FactChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name): readonly FactChange[] => {
    const [was, is] = [own(before, name), own(after, name)];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const pointer = name;
    if (was === undefined) return [{ kind: 'added', pointer, after: is }];
    if (is === undefined) return [{ kind: 'removed', pointer, before: was }];
    if (isFacts(was) && isFacts(is))
      return factsDifference(was, is).map((one) => ({ ...one, pointer: `${name}.${one.pointer}` }));
    return [{ kind: 'changed', pointer, before: was, after: is }];
  });
}

const own = (facts: Facts, name: string): unknown => (Object.hasOwn(facts, name) ? facts[name] : undefined);

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
