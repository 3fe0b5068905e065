/**
 * From classes, or from what was used, to a policy that the engine accepts. May hold the rule of each class. May not decide calls.
 */
export { rateCounter } from './counters.ts';
export { asPolicy, type Recommendation, recommend } from './recommend.ts';
export { type Classified, classifiedOf, EFFECT_OF, ruleFor } from './rule.ts';
export { type Suggestion, suggest, type Use } from './suggest.ts';
