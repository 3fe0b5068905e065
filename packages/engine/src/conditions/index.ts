/**
 * What a condition means (policy language §4): paths, operators, three outcomes.
 * It knows conditions and facts, never policies, rules, limits or outcomes of a decision, and knows no particular tool.
 * Everything is compiled once into closures; evaluating allocates nothing that lasts.
 */
export { compileCondition, compileConditions, compileSeen, type Facts, type Test } from './compile.ts';
export { integerText, type Kind, kindOf } from './kind.ts';
export { type Quantifier, typeOfFound } from './look.ts';
export { ABSENT, compilePath, type Found, UNREACHABLE } from './lookup.ts';
export { compilePattern, compilePatterns, literalLength, type TextTest } from './pattern.ts';
export { rememberSteps, type Seen, type Steps } from './seen.ts';
