/**
 * What another definition of a tool means: where two definitions differ, and which rules of a policy that touches. Pure
 * functions over JSON and policies. May not know classes, fingerprints or where definitions come from.
 */
export { type DefinitionChange, differenceOf } from './difference.ts';
export { rulesTouched, type TouchedRule } from './rules-touched.ts';
