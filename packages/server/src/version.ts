/** Shown to agents, servers and people. */
export const VERSION = '0.1.0';
