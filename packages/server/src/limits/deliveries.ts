/** Milliseconds that a webhook gets to answer, and for which its delivery is tried again. */
export const WEBHOOK_ANSWER_MS = 10_000;
export const WEBHOOK_GIVE_UP_MS = 24 * 60 * 60 * 1000;

/** Milliseconds before the first further try, doubled each time up to the second. */
export const WEBHOOK_RETRY_MS = 5_000;
export const WEBHOOK_RETRY_MAX_MS = 60 * 60 * 1000;

/**
 * Deliveries under way at once: of all, of one organisation and to one receiver. One that takes ten seconds to say nothing holds up its
 * own alone.
 */
export const WEBHOOKS_AT_ONCE = 64;
export const WEBHOOKS_OF_ORGANIZATION_AT_ONCE = 16;
export const WEBHOOKS_OF_RECEIVER_AT_ONCE = 4;

/** Milliseconds that the record of a finished delivery is kept. */
export const DELIVERIES_KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Webhooks of one organisation, and of the file: more than anybody has; each event is sent to all of them. */
export const WEBHOOKS_MAX = 20;

/** Milliseconds that a mail server gets for each step: its name, the connection, its greeting, each answer. */
export const MAIL_MS = 10_000;

/** Milliseconds for all steps of one letter: a gateway that stops waits for what is under way. */
export const MAIL_WHOLE_MS = 25_000;

/** People who get a letter of one approval: more than one needs, and a bound on what each asking sends. */
export const LETTER_READERS_MAX = 50;

/**
 * Milliseconds, from each full multiple of them on, in which others are told once of tools of one server that are held: a server can
 * change its tools as often as it likes.
 */
export const HELD_TOLD_EVERY_MS = 3_600_000;

/** Milliseconds in which a process tells others once of each grant or API key that is misused: whoever has it tries again. */
export const MISUSE_TOLD_EVERY_MS = 3_600_000;

/** Milliseconds in which a process tells others once of secrets in the same place: an agent that holds one uses it again. */
export const SECRETS_TOLD_EVERY_MS = 3_600_000;

/**
 * Grants and keys of one organisation of whose misuse a process tells in that time, and likewise places where it saw secrets: a proxy that no
 * longer says where agents are makes each bound grant look misused at once. The logs have all of them.
 */
export const TOLD_OF_ORGANIZATION = 20;

/** Held tools that one message to others names; it says how many more there are. */
export const HELD_TOOLS_TOLD = 20;
