/**
 * The endpoints as an OpenAPI 3.1 document. Says nothing that they do not.
 */
export * from './document.ts';
