import type { AccessKind } from '../../decide/compile.ts';
import { name } from '../../decide/words.ts';
import type { Limit } from '../../policy.ts';
import type { Formula } from './formula.ts';
import type { Region } from './region.ts';

/** Something that the later policy may let through and the earlier one does not: what could not be proven away. */
export type Doubt = {
  readonly about: About;
  /** Where in the policies: the id of a rule or limit, or the place of a key. */
  readonly pointer: string;
  /** One sentence, without its full stop. */
  readonly what: string;
  /** Where to look for a call; empty for what is not about calls. */
  readonly regions: readonly Region[];
};

export type About =
  /** Tools that were hidden are listed to the agent. */
  | { readonly kind: 'listed'; readonly names: readonly string[] }
  /** No call of the tool got through. */
  | { readonly kind: 'opened' }
  /** A rule refused calls for which it fires. */
  | { readonly kind: 'refused'; readonly fires: Formula }
  /** A rule held calls for which it fires. */
  | { readonly kind: 'held'; readonly fires: Formula }
  | { readonly kind: 'validate'; readonly check: ArgumentCheck }
  | { readonly kind: 'limit'; readonly limit: Limit; readonly counts: Formula }
  | { readonly kind: 'store_error'; readonly limit: Limit; readonly counts: Formula }
  | { readonly kind: 'approval' }
  | { readonly kind: 'access'; readonly access: AccessKind; readonly targets: readonly string[] }
  /** There is too much to prove. */
  | { readonly kind: 'size' };

export type ArgumentCheck = 'required_args' | 'schema' | 'unknown_args';

/** The tools of a region, for a sentence. */
export function toolsOf({ before, after, names }: Region): string {
  const patterns = [before?.name, after?.name].filter((one) => one?.includes('*') === true);
  const [only] = names;
  const isSingle = only !== undefined && names.length === 1;
  if (isSingle && (only === before?.name || only === after?.name || patterns.length === 0))
    return `tool ${name(only)}`;
  const [pattern] = patterns;
  return pattern === undefined ? 'tools that the policies do not name' : `tools like ${name(pattern)}`;
}
