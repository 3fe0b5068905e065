/**
 * Texts of the catalogue's pages, as data: the same for the command, the documents and the dashboard. Pure functions
 * from entries to a `Page`. May not look anything up or hold markup.
 */
export { attackPage } from './attack-page.ts';
export type { Block, Page } from './document.ts';
export {
  entriesOf,
  gradedOf,
  type IndexSize,
  isAnnotated,
  type ServerEntry,
  type ToolEntry,
} from './entry.ts';
export { gradeOf, listedPage, serverPage } from './server-page.ts';
export { toolPage } from './tool-page.ts';
