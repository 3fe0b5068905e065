/**
 * From files and the environment to a checked configuration. The only room that reads either; puts nothing in force.
 * Messages name the place and the mend, and never repeat a file's text.
 */
export type { Config, ConfigResult, KeptFor, Retention } from './config.ts';
export { type ConfigDifference, configDifference } from './difference.ts';
export { configJsonSchema, type ServerEntry } from './file-schema.ts';
export { configWithoutFile, loadConfig } from './load.ts';
export { masterKeyIn } from './master-key.ts';
export { type PolicyFileResult, problemLine, readPolicyFile } from './policy-file.ts';
export { type DocumentResult, parseDocumentText, readText } from './read-document.ts';
export { type Environment, resolveReferences } from './references.ts';
export { serverSettings, slugOf } from './server-entry.ts';
export { lookAt, type Seen, watchFiles } from './watch.ts';
