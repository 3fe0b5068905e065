/** Sentences for what a document says, as parts: words, and names and values that are shown as they are. Knows no form. */
export { limitWords, shortFormWords } from './limit.ts';
export { OPERATOR_WORDS } from './operators.ts';
export { approvalWords, validateWords } from './parts.ts';
export { ruleWords } from './rule.ts';
export { ruleByIdWords } from './rule-by-id.ts';
export { type Sentence, sayAloud } from './sentence.ts';
