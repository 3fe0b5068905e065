/** Milliseconds that a call waits for a person before the agent is told to call again; agents give up after 60 s (P §7.12). */
export const HOLD_MS = 50_000;
export const HOLD_MS_MAX = 55_000;

/** Milliseconds between progress notifications of a call that waits for a person. */
export const HOLD_PROGRESS_MS = 5_000;

/** Different calls of one grant that wait for a person at once: more than a person reads (language §3). */
export const MAX_WAITING_APPROVALS = 20;

/** Requests of one grant, and of all, that are held open for a person; further ones are told to call again at once. */
export const MAX_HELD_PER_GRANT = 100;
export const MAX_HELD = 2_000;

/** Times that an agent is sent to the page of one approval; clients give up after ten rounds (P §1.8). */
export const MAX_APPROVAL_ROUNDS = 8;

/** Milliseconds that `"remember": "session"` lasts at most, as a session may be open for weeks. */
export const REMEMBER_SESSION_MS = 24 * 60 * 60 * 1000;

/** Milliseconds that the arguments of a call are kept after its approval has ended, for who comes to look. */
export const ARGUMENTS_KEPT_MS = 60 * 60 * 1000;

/** Milliseconds that an ended approval is kept. */
export const APPROVALS_KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** Characters of the note that an approver may leave. */
export const MAX_NOTE_LENGTH = 1_000;

/** Milliseconds between looks for approvals that have expired. */
export const APPROVAL_SWEEP_MS = 1_000;
