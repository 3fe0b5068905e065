/** The table of clients and the places of their files, without anything that reads or writes them: a light way in. */
export {
  CLIENT_IDS,
  type Client,
  type ClientFacts,
  type ClientId,
  type Entry,
  type Format,
  type Platform,
  type Recipe,
  type Target,
} from './client.ts';
export { appData, type ClientPlace, pathsOf, placesOf, userFilesOf } from './places.ts';
export { clients } from './table.ts';
export { tableText } from './toml-text.ts';
