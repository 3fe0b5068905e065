/**
 * The quantities of the server and the clock they are measured with. Named constants with unit and reason;
 * no behaviour, no I/O.
 */
export * from './bounds.ts';
export * from './call-points.ts';
export * from './clock.ts';
export * from './people.ts';
