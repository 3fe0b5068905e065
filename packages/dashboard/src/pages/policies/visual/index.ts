/** The visual builder's forms: every one shows a part of a document and gives back that part changed. Knows no endpoint but those it reads tools by. */
export { SetClass } from './bulk.tsx';
export { useDefinitions } from './definition.ts';
export { Said } from './sentence.tsx';
export { Visual } from './visual.tsx';
