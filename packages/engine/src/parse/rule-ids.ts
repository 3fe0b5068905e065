import { escapeSegment } from '../json/pointer.ts';
import type { Condition } from '../policy.ts';

/** Gives each id once: a repeated one gets `-2`, `-3` … (§9). */
export type Ids = (pointer: string, last: string) => string;

export function uniqueIds(): Ids {
  const taken = new Set<string>();
  return (pointer, last) => {
    const id = `${pointer}/${escapeSegment(last)}`;
    let unique = id;
    for (let repeat = 2; taken.has(unique); repeat += 1) unique = `${id}-${repeat}`;
    taken.add(unique);
    return unique;
  };
}

type Named = {
  readonly name: string | undefined;
  readonly conditions: readonly Condition[];
  readonly index: number;
};

/** The last segment of a rule's id: its name, else PATH-OP of its first condition, else its index (§9). */
export function ruleSegment({ name, conditions, index }: Named): string {
  if (name !== undefined) return name;
  const [first] = conditions;
  return first?.kind === 'compare' ? `${first.path.text}-${first.op}` : String(index);
}
