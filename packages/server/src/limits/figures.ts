/** Names of one kind that are counted apart in one hour or day of an organisation; agents can invent names. */
export const MAX_TALLY_NAMES = 200;

/** Milliseconds between steps that count decisions; who reads counts what is left. */
export const TALLY_EVERY_MS = 10_000;

/** Decisions that who reads counts at most: some 20 ms of work; the rest follows beside the calls. */
export const TALLY_ROWS_OF_A_READ = 500;

/** Milliseconds that counts are kept: as long as can be asked for, and a little. */
export const TALLIES_KEPT_MS = { hour: 32 * 86_400_000, day: 400 * 86_400_000 } as const;

/** Most frequent names that are told. */
export const TOP_NAMES = 10;

/** Counters of one limit that are looked at to say what is used: some milliseconds of work. */
export const MAX_COUNTERS_LOOKED_AT = 1_000;

/** Of those, how many are told. */
export const MAX_COUNTERS_TOLD = 100;

/** Servers that are measured apart; those beyond are one. Each has some forty series, and whoever registers servers without end must not fill the memory. */
export const MEASURED_SERVERS_MAX = 500;

/** Milliseconds between looks at how late the event loop is: often enough to see a pause, and no load of its own. */
export const LOOP_LOOK_MS = 20;

/** Milliseconds that spans get to be sent when the gateway stops; what is left is lost, as a stop must end. */
export const SPANS_FLUSH_MS = 5_000;

/** Milliseconds for sending spans once, with the answer: as long as the SDK waits before it sends the next ones. */
export const SPANS_EXPORT_MS = 30_000;
