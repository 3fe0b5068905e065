/** Comparing two policies is bounded by work and not by time, so that the same two always give the same answer. */

/** Comparisons of one literal with another, about a microsecond each, for the whole proof. */
export const IMPLICATIONS_MAX = 400_000;
/** Alternatives that one rule is taken apart into; a rule that needs more is held against equal rules only. */
export const DISJUNCTS_MAX = 256;
/** Pairs of entries, of one policy and the other, that may both apply to a tool name nobody wrote down. */
export const REGIONS_MAX = 40_000;
/** Patterns held against one another to find those pairs. */
export const NAMES_MAX = 100_000;
/** Doubts that are kept; two policies with more of them have little in common. */
export const DOUBTS_MAX = 200;
/** Tools or patterns that one doubt is looked for in. */
export const REGIONS_PER_DOUBT = 4;

/** Values held against a condition, for the whole search; about a microsecond each. */
export const VALUES_MAX = 400_000;
/** Values held against a condition for one doubt, so that one that is hard to find leaves something for the others. */
export const VALUES_PER_DOUBT = 40_000;
/** Calls that are decided by both policies, for the whole search. */
export const CALLS_MAX = 4_000;
/** The same for one doubt. */
export const CALLS_PER_DOUBT = 200;
/** Values that one argument may be tried with. */
export const CANDIDATES_MAX = 400;
/** Elements of a list operand that become candidates. */
export const LISTED_MAX = 60;
/** Code units or elements of a candidate that is made for a condition on length. */
export const LENGTH_MAX = 4_096;
/** Times that a counter is filled up to somewhere while other limits ask to wait. */
export const ROUNDS_MAX = 500;
