/**
 * From arguments and facts to a plan: one file per verb, each a pure function, Commander as the reader of arguments.
 * May hold names, texts and bounds of options. May not touch files, the network, the clock or the process.
 */
export { planCommand } from './program.ts';
