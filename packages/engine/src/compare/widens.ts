import type { EngineFunctions } from '../functions.ts';
import { canonicalJson } from '../json/canonical.ts';
import type { Policy } from '../policy.ts';
import { policyDocument } from '../print/index.ts';
import { type Effort, FULL_EFFORT } from './bounds.ts';
import { prove } from './proof/prove.ts';
import { type Knowledge, namesOf } from './proof/region.ts';
import { Search } from './search/search.ts';
import type { Witness } from './witness.ts';

/**
 * Whether a policy lets something through that an earlier version does not. `no` is proven; `yes` has a witness that `decide`
 * itself decides so; `unknown` is neither, and `widened` then says what could not be proven away. `tried`: calls that were
 * decided by both policies.
 */
export type Widens =
  | { readonly verdict: 'no'; readonly how: 'exact'; readonly widened: readonly []; readonly tried: 0 }
  | {
      readonly verdict: 'yes';
      readonly how: 'witness';
      readonly widened: readonly Widening[];
      readonly tried: number;
    }
  | {
      readonly verdict: 'unknown';
      readonly how: 'search';
      readonly widened: readonly Widening[];
      readonly tried: number;
    };

/** One way in which more is let through, or may be where there is no witness. */
export type Widening = {
  /** The id of a rule or limit, or the place of a key, in the one of the two policies that has it. */
  readonly pointer: string;
  /** One sentence, without its full stop. */
  readonly what: string;
  readonly witness?: Witness;
};

/**
 * Does `after` let anything through that `before` does not? Asked of every tool name, or with `knowledge` of the tools that
 * there are; of tools that are listed, calls, approvals, limits, resources and prompts, for every state of the counters. Calls
 * that `before` refuses only because it has no work left to read them (decisions/0006) are left out. Pure and bounded by work;
 * takes some milliseconds for policies of a hundred rules. Throws nothing.
 */
export function widensAccess(
  {
    before,
    after,
    effort = FULL_EFFORT,
  }: { readonly before: Policy; readonly after: Policy; readonly effort?: Effort },
  functions: EngineFunctions,
  knowledge?: Knowledge,
): Widens {
  const pair = { before, after, effort, names: { before: namesOf(before), after: namesOf(after) } };
  // However much there would be to prove: what is written alike means the same.
  const isSame = canonicalJson(policyDocument(before)) === canonicalJson(policyDocument(after));
  const doubts = isSame ? [] : prove(pair, knowledge, functions);
  if (doubts.length === 0) return { verdict: 'no', how: 'exact', widened: [], tried: 0 };
  const search = new Search(pair, functions);
  const looked = doubts.map(({ pointer, what, ...doubt }): Widening => {
    const witness = search.find({ pointer, what, ...doubt });
    return { pointer, what, ...(witness !== undefined && { witness }) };
  });
  const { tried } = search;
  const seen = looked.filter(({ witness }) => witness !== undefined);
  const unseen = looked.filter(({ witness }) => witness === undefined);
  return seen.length === 0
    ? { verdict: 'unknown', how: 'search', widened: unseen, tried }
    : { verdict: 'yes', how: 'witness', widened: [...seen, ...unseen], tried };
}
