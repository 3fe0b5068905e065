/** Asks of one process that wait for their answers; beyond it new ones are refused at once, as the journal refuses them. */
export const MAX_WAITING_ASKS = 10_000;

/** Grants in one message: a hundred thousand at once would hold up everything that is said after them. */
export const GRANTS_IN_A_MESSAGE = 1_000;
