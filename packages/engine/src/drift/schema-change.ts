import { isJsonObject, type Json, ownProperty } from '../json/json.ts';
import type { Path } from '../policy.ts';
import type { DefinitionChange } from './difference.ts';

/** Keywords that say something to readers only; what they say of a schema is not about the arguments inside it. */
const TOLD: ReadonlySet<string> = new Set(['title', 'description', 'examples', '$comment', 'deprecated']);

type Where = { readonly steps: readonly string[]; readonly segments: Path['segments'] };

/**
 * Whether a change of an input schema may be one of the argument that a path leads to: it lies in the argument's own schema, in one
 * that contains it, or in a keyword that cannot be followed. Rather once too often.
 */
export function touchesArgument(change: DefinitionChange, { segments }: Pick<Path, 'segments'>): boolean {
  const [field, ...steps] = change.path;
  if (field === undefined) return true;
  return field === 'inputSchema' && touches(change, { steps, segments });
}

function touches(change: DefinitionChange, { steps, segments }: Where): boolean {
  const [keyword, step, ...deeper] = steps;
  const [segment, ...rest] = segments;
  // The whole schema changed, or what the path leads to is this very schema.
  if (keyword === undefined || segment === undefined) return true;
  if (TOLD.has(keyword)) return false;
  if (keyword === 'properties') {
    if (segment.kind !== 'name') return false;
    if (step === undefined) return touchesProperties(change, segment.name);
    return step === segment.name && touches(change, { steps: deeper, segments: rest });
  }
  if (keyword === 'items') {
    if (segment.kind === 'name') return false;
    return touches(change, { steps: steps.slice(1), segments: rest });
  }
  if (keyword === 'required') return segment.kind === 'name' && isExchanged(change, segment.name);
  return true;
}

/** All properties came or went at once. */
function touchesProperties(change: DefinitionChange, name: string): boolean {
  const all = change.kind === 'added' ? change.after : change.before;
  return !isJsonObject(all) || ownProperty(all, name) !== undefined;
}

/** Whether a name is in one of two lists of required names only. */
function isExchanged(change: DefinitionChange, name: string): boolean {
  const has = (list: Json | undefined): boolean => Array.isArray(list) && list.includes(name);
  const before = change.kind === 'added' ? undefined : change.before;
  const after = change.kind === 'removed' ? undefined : change.after;
  return has(before) !== has(after);
}
