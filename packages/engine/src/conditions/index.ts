/**
 * What a condition means (policy language §4): paths, operators, three outcomes.
 * It knows conditions and facts, never policies, rules, limits or outcomes of a decision, and knows no particular tool.
 * Everything is compiled once; evaluating allocates nothing that lasts.
 */
export { compileCondition, compileConditions, compileSeen, type Parts, type Test } from './compile.ts';
export { fold } from './fold.ts';
export { integerText } from './kind.ts';
export { type Look, type Quantifier, typeOfFound } from './look.ts';
export type { Found } from './lookup.ts';
export { compilePattern, compilePatterns, literalLength, type TextTest } from './pattern.ts';
export { type Facts, Places } from './places.ts';
export { rememberSteps, type Seen, type Steps } from './seen.ts';
export { Work } from './work.ts';
