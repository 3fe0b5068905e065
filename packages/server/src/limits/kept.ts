/**
 * What is remembered of a server's tools. `definitions`: of one tool, more than a server changes it between two looks of a person.
 * `gone`, `goneCharacters`: definitions of a server that are not offered any more, and their size together, so that one that invents tools
 * cannot fill the disk; ten times the longest listing.
 */
export const TOOL_BOUNDS = { definitions: 8, gone: 20_000, goneCharacters: 64 * 1024 * 1024 } as const;

/**
 * New definitions of tools that are recorded of one server in so many milliseconds, its first listing aside: three of the longest listings. To classify
 * and write one of those takes a second of work, and a server may show another every two seconds.
 */
export const NEW_DEFINITIONS = { most: 6_000, withinMs: 600_000 } as const;

/** Milliseconds until a listing of tools that could not be recorded is looked at again: short beside a person's patience, long beside the work. */
export const RECORD_RETRY_MS = 1_000;

/** Milliseconds from the start of a gateway to its first look for rows that are kept too long: not while it is busy starting. */
export const RETENTION_FIRST_MS = 10_000;

/** Milliseconds between looks; rows go within an hour of their time. */
export const RETENTION_EVERY_MS = 3_600_000;
