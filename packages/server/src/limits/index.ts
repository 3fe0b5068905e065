/**
 * The quantities of the server, and the clock they are measured with, which alone reads something of the machine. Named constants
 * with unit and reason; nothing else behaves.
 */
export * from './agents.ts';
export * from './bounds.ts';
export * from './call-points.ts';
export * from './clock.ts';
export * from './people.ts';
export * from './tokens.ts';
