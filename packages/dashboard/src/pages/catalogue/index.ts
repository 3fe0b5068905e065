/** What is known of servers and their tools: search, and the pages that the command prints, from the same data. */
export { CataloguePage } from './catalogue.tsx';
export { ClassPage, LevelPage } from './group.tsx';
export { CatalogueServerPage, CatalogueToolPage } from './page.tsx';
