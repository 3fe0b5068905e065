/**
 * The quantities of the server, and the clock they are measured with, which alone reads something of the machine. Named constants
 * with unit and reason; nothing else behaves.
 */
export * from './access-requests.ts';
export * from './agents.ts';
export * from './approvals.ts';
export * from './bounds.ts';
export * from './call-points.ts';
export * from './clock.ts';
export * from './deliveries.ts';
export * from './endings.ts';
export * from './figures.ts';
export * from './kept.ts';
export * from './people.ts';
export * from './policies.ts';
export * from './tokens.ts';
