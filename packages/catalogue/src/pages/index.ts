/**
 * Texts of the catalogue's pages, as data: the same for the command, the documents and the dashboard. Pure functions
 * from entries to a `Page`. May not look anything up or hold markup.
 */
export { attackPage } from './attack-page.ts';
export type { Block, Item, Page } from './document.ts';
export {
  type Elsewhere,
  entriesOf,
  gradedOf,
  type IndexSize,
  isAnnotated,
  type ServerEntry,
  type ToolEntry,
} from './entry.ts';
export { classPage, gradeOf, levelPage, listedPage, type ServerFacts, serverPage } from './server-page.ts';
export { type Around, toolPage } from './tool-page.ts';
