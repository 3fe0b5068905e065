/** How secrets look, and where they stand in what agents send and get. */
export { lookForSecrets } from './look.ts';
export { withoutSecrets } from './redact.ts';
