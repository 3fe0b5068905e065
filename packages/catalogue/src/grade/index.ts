/**
 * How much can go wrong with a server, as a letter with its formula. May not look anything up.
 */
export { type Grade, type GradedTool, gradeServer } from './grade.ts';
