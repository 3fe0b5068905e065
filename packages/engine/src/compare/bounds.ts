/** Comparing two policies is bounded by work and not by time, so that the same two always give the same answer. */

/** What one question to a condition costs beside the work of answering it, in units of about five nanoseconds (decisions/0006). */
export const ASKING = 100;
/** Units for the whole proof: a third of a second at most. */
export const PROOF_UNITS = 2 ** 26;
/** Alternatives that one rule is taken apart into; a rule that needs more is held against equal rules only. */
export const DISJUNCTS_MAX = 256;
/** Pairs of entries, of one policy and the other, that may both apply to a tool name nobody wrote down. */
export const REGIONS_MAX = 40_000;
/** Patterns held against one another to find those pairs. */
export const NAMES_MAX = 400_000;
/** Doubts that are kept; two policies with more of them have little in common. */
export const DOUBTS_MAX = 200;
/** Tools or patterns that one doubt is looked for in. */
export const REGIONS_PER_DOUBT = 4;

/** Units for the whole search: a third of a second at most. */
const SEARCH_UNITS = 2 ** 26;
/** What may be done to compare two policies; the same units always give the same answer. */
export type Effort = { readonly proof: number; readonly search: number };
/** Two thirds of a second at most. */
export const FULL_EFFORT: Effort = { proof: PROOF_UNITS, search: SEARCH_UNITS };
/** Some 80 ms at most, for where others wait meanwhile. Enough for a hundred rules. */
export const BRIEF_EFFORT: Effort = { proof: 2 ** 23, search: 2 ** 23 };
/** Values that are dearer to read than this are not tried. */
export const VALUE_UNITS = 2 ** 18;
/** What one decision costs beside the work of reading arguments. */
export const DECIDING = 3_000;
/** What it costs to compile a schema that was made for a call. */
export const SCHEMA_UNITS = 2 ** 20;
/** Values held against a condition for one doubt, so that one that is hard to find leaves something for the others. */
export const VALUES_PER_DOUBT = 40_000;
/** Calls that are decided by both policies, for one doubt. */
export const CALLS_PER_DOUBT = 300;
/** Values that one argument may be tried with. */
export const CANDIDATES_MAX = 400;
/** Elements of a list operand that become candidates. */
export const LISTED_MAX = 60;
/** Code units or elements of a candidate that is made for a condition on length. */
export const LENGTH_MAX = 4_096;
/** Times that a counter is filled up to somewhere while other limits ask to wait. */
export const ROUNDS_MAX = 500;
