/** The document as a tree and as a text: reading, changing one place, and writing so that all other places stay as they are. */
export { equalJson } from './equal.ts';
export { put, valueAt } from './put.ts';
export { type ReadDocument, readDocumentText, readValueText } from './read-text.ts';
export { rewrite } from './rewrite.ts';
