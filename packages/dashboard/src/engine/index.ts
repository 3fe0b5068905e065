/**
 * What the engine needs and may not contain, for a page: RE2, and JSON Schema interpreted, since a page may not compile code.
 * Pure functions; no DOM, no React. To be imported only by what is itself loaded when it is needed.
 */
export { engineFunctions } from './functions.ts';
export { readDocument } from './read-document.ts';
