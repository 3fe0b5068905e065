/**
 * The index of servers and tools: a file of its own, searched and written in threads, filled from what comes with the
 * program, from files and from registries. May not decide calls, open sockets itself, or do its work on the event loop.
 */
export {
  type Catalogue,
  CatalogueError,
  type CatalogueRecord,
  type CatalogueSize,
  type Classified,
  type Imported,
  type KnownServer,
  type PageQuery,
  type Progress,
  type Refusal,
  type RegistryOptions,
  type SearchPage,
  type SearchQuery,
  type ServerHit,
  SOURCES,
  type Source,
  type ToolHit,
} from './contract.ts';
export { openCatalogue } from './open-catalogue.ts';
