/**
 * From a tool's definition to its class, with evidence, signals and a rationale: one file per field of the definition.
 * Pure and deterministic. May hold vocabulary of English and rules over shapes. May not hold names of particular servers or their tools'
 * classes, nor look anything up.
 */

export { argumentsOf } from './arguments.ts';
export { type Classification, classify } from './classify.ts';
export { hintOf, type Surroundings, type ToolDefinition } from './definition.ts';
export { type Field, type Runs, SIGNALS, type SignalName } from './finding.ts';
export { type ReadDefinition, readDefinition } from './read-definition.ts';
export { quotation, wordsOfName } from './text.ts';
export { type Choice, understand } from './understand.ts';
