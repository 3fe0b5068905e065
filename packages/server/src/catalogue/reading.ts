import type { Database } from '../store/index.ts';
import { BUNDLE_KEY, readBundle } from './bundle.ts';
import { classified } from './classified.ts';
import { CatalogueError } from './contract.ts';
import type { Handlers, ReadOperations } from './operations.ts';
import { Reader } from './reader.ts';
import { openToRead } from './schema.ts';

/** What the searching thread does. The file may be made while it waits. */
export function reading(file: string, bundled: boolean): Handlers<ReadOperations> {
  let opened: { readonly database: Database; readonly reader: Reader } | undefined;
  const reader = (): Reader | undefined => {
    if (opened !== undefined) return opened.reader;
    const database = openToRead(file);
    if (database === undefined) return undefined;
    opened = { database, reader: new Reader(database, file) };
    return opened.reader;
  };
  const present = (): Reader => {
    const found = reader();
    if (found !== undefined) return found;
    throw new CatalogueError(
      'unreadable',
      `expected a catalogue in ${file}, found none that this program made`,
    );
  };
  return {
    isCurrent: () => {
      const found = reader();
      return found !== undefined && (!bundled || found.noted(BUNDLE_KEY) === readBundle().digest);
    },
    search: (query) => present().search(query),
    server: (slug) => present().server(slug),
    tool: ({ server, name }) => present().tool(server, name),
    page: (wanted) => present().page(wanted),
    // Needs no file.
    classify: classified,
    size: () => present().size(),
    noted: (key) => present().noted(key),
  };
}
