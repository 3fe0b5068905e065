/**
 * From classes to a policy that the engine accepts. May hold the rule of each class. May not decide calls.
 */
export { type Classified, EFFECT_OF, type Recommendation, recommend } from './recommend.ts';
