/**
 * Reading documents without starting anything: a light way in for commands that only check, print or try a policy.
 */
export { likenessOf, likeOriginal } from './clients/files.ts';
export { MAX_FILE_BYTES } from './config/read-bytes.ts';
export { parseDocumentText, readText } from './config/read-document.ts';
export { fileFault } from './file-faults.ts';
export { engineFunctions } from './functions/index.ts';
export { INGRESS_BOUNDS } from './limits/bounds.ts';
