/**
 * What a server said, in the words of the agent's revision (P §3.3). Only what a revision cannot express is changed;
 * nothing is judged, dropped silently or looked up here.
 */
export { inEraOf } from './answer.ts';
export { resultInRevision, toolInRevision } from './content.ts';
