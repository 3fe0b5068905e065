/**
 * The policy language and its meaning. Pure: no promises, clock, randomness, I/O, `node:` or DOM names, no
 * dependencies, no knowledge of particular tools. Regular expressions and schema validation come in as functions.
 */
export * from './cases/index.ts';
export * from './compare/index.ts';
export { compilePattern, literalLength } from './conditions/index.ts';
export * from './decide/index.ts';
export * from './dialects/index.ts';
export * from './drift/index.ts';
export type * from './functions.ts';
export { canonicalJson, type JsonTexts, jsonTexts } from './json/canonical.ts';
export type * from './json/json.ts';
export { isJsonObject, jsonType, ownProperty } from './json/json.ts';
export { locateJson } from './json/locate.ts';
export { escapeSegment } from './json/pointer.ts';
export { utf8Length } from './json/position.ts';
export { rawNumberText } from './json/raw-number.ts';
export type { ReadBounds, ReadFault, ReadResult } from './json/read.ts';
export { readJson } from './json/read.ts';
export * from './limits/index.ts';
export { checkTools } from './live/index.ts';
export { APPROVAL_TIMEOUT_MAX_MS, PATTERN_STEPS } from './parse/bounds.ts';
export * from './parse/index.ts';
export type * from './policy.ts';
export { OPERATORS } from './policy.ts';
export * from './print/index.ts';
export * from './problem.ts';
export * from './replay/index.ts';
export { matchingCost, WORK_MAX } from './work.ts';
