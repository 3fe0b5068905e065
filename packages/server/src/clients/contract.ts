/** The places of clients' files, without anything that reads or writes them: a light way in. What clients there are is the catalogue's. */
export { appData, type ClientFacts, type ClientPlace, pathsOf, placesOf, userFilesOf } from './places.ts';
