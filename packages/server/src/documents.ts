/**
 * Reading documents without starting anything: a light way in for commands that only check, print or try a policy.
 */
export { MAX_FILE_BYTES, readBytes } from './config/read-bytes.ts';
export { type DocumentResult, parseDocumentText, readText } from './config/read-document.ts';
export { engineFunctions } from './functions/index.ts';
export { INGRESS_BOUNDS } from './limits/bounds.ts';
