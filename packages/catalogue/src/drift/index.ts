/**
 * What of a tool's definition counts as its definition, and which changes of it a person has to look at first. Pure. May not
 * hash, store or compare with policies.
 */
export { isHeld, type Judged } from './held.ts';
export { definitionOf } from './parts.ts';
