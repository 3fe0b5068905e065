/**
 * The bounds of the policy language (§11). Each keeps a document readable by a person and cheap to judge;
 * one past each is a named error.
 */
export const DOCUMENT_BYTES = 262_144;
/** Nested lists and objects of the whole document, operands included; only operands come near it. */
export const DOCUMENT_DEPTH = 64;
/** Keys and elements of a document that was not given as text; a text of 256 KiB cannot hold more. */
export const DOCUMENT_ITEMS = 131_072;
/** Entries under `tools`, and names under `hide`. */
export const TOOLS = 2_000;
/** The three lists of an entry, or of `all_tools`, taken together. */
export const RULES_PER_ENTRY = 100;
/** Comparisons of one rule, or of one `when`, however nested. */
export const CONDITIONS_PER_RULE = 50;
/** `any`, `all` and `not` inside one another. */
export const NESTING = 4;
/** Elements of a list that is an operand, and patterns of `resources` and `prompts`. */
export const LIST_ITEMS = 10_000;
/** UTF-16 code units of a regular expression, a glob, a tool name and a pattern over names. */
export const PATTERN_LENGTH = 1_000;
/** Steps of the programs of all different regular expressions of a document: compiling them takes some tenths of a second. */
export const PATTERN_STEPS = 131_072;
/** Segments of a path after its root. */
export const PATH_SEGMENTS = 32;
/** Limits of an entry, short forms included. */
export const LIMITS_PER_ENTRY = 20;
/** Characters of a counter's name (§5). */
export const COUNTER_LENGTH = 128;

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Windows and other lengths of time: a leap year. */
export const DURATION_MAX_MS = 366 * DAY_MS;
/** An approval waits from ten seconds to seven days (§7). */
export const APPROVAL_TIMEOUT_MIN_MS = 10 * SECOND_MS;
export const APPROVAL_TIMEOUT_MAX_MS = 7 * DAY_MS;
/** Different people that one approval may need (§7). */
export const APPROVERS_REQUIRED_MAX = 5;
