import { canonicalJson } from '../../json/canonical.ts';
import type { Json, JsonObject } from '../../json/json.ts';
import { ownProperty } from '../../json/json.ts';

/**
 * One difference between two versions of a policy. `pointer` is where decisions and problems say it is: the id of a rule or limit
 * in the version that has it, the later one where both do, and otherwise the place of a key. `moved`: the order changed.
 */
export type Change = {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly pointer: string;
  /** As the canonical document has it; absent where it was added. */
  readonly before?: Json;
  /** Absent where it was removed. */
  readonly after?: Json;
};

/** The change from one value to another, or none. Undefined is no value. */
export function change(
  pointer: string,
  before: Json | undefined,
  after: Json | undefined,
): readonly Change[] {
  if (before === undefined) return after === undefined ? [] : [{ kind: 'added', pointer, after }];
  if (after === undefined) return [{ kind: 'removed', pointer, before }];
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [{ kind: 'changed', pointer, before, after }];
}

/** The changes of the named members of two objects. */
export function changedMembers(
  pointer: string,
  objects: Objects,
  keys: readonly string[],
): readonly Change[] {
  return keys.flatMap((key) =>
    change(`${pointer}/${key}`, member(objects.before, key), member(objects.after, key)),
  );
}

type Objects = { readonly before: JsonObject | undefined; readonly after: JsonObject | undefined };

export function member(object: JsonObject | undefined, key: string): Json | undefined {
  return object === undefined ? undefined : ownProperty(object, key);
}

/** What a list without order, such as `hide`, gained and lost. */
export function changedSet(
  pointer: string,
  before: readonly string[],
  after: readonly string[],
): readonly Change[] {
  const [known, kept] = [new Set(before), new Set(after)];
  return [
    ...[...known]
      .filter((one) => !kept.has(one))
      .map((one): Change => ({ kind: 'removed', pointer, before: one })),
    ...[...kept]
      .filter((one) => !known.has(one))
      .map((one): Change => ({ kind: 'added', pointer, after: one })),
  ];
}
