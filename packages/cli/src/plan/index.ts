/**
 * What a command means, as data: one file for each kind of thing that commands are about. No behaviour, and nothing of how a plan
 * is made, acted on or printed.
 */
export * from './clients.ts';
export * from './gateway.ts';
export * from './grant.ts';
export * from './labels.ts';
export * from './logs.ts';
export * from './organizations.ts';
export * from './people.ts';
export * from './place.ts';
export * from './plan.ts';
export * from './policy.ts';
export * from './scan.ts';
export * from './tools.ts';
