/**
 * The policy language and its meaning. Pure: no promises, clock, randomness, I/O, `node:` or DOM names, no
 * dependencies, no knowledge of particular tools. Regular expressions and schema validation come in as functions.
 */
export type * from './decide/decision.ts';
export type * from './functions.ts';
export type * from './json/json.ts';
export { isJsonObject, jsonType, ownProperty } from './json/json.ts';
export type * from './policy.ts';
export type * from './problem.ts';
