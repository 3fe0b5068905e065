/**
 * From classes, or from what was used, to a policy that the engine accepts. May hold the rule of each class. May not decide calls.
 */
export { type Classified, EFFECT_OF, type Recommendation, rateCounter, recommend } from './recommend.ts';
export { type Suggestion, suggest, type Use, type UsedTool } from './suggest.ts';
