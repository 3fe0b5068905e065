import { join } from 'node:path';
import type { ToolDefinition } from '@boomgate/catalogue';
import {
  type Catalogue,
  CatalogueError,
  type KnownServer,
  openCatalogue,
  type Source,
} from '../catalogue/index.ts';
import { slugOf } from '../config/index.ts';
import type { EntryFound, IndexDesk } from '../control/index.ts';
import { ORGANIZATION } from '../in-force/index.ts';
import { StoreError } from '../store/index.ts';

/** In the data folder, beside the database; the CLI uses the same. */
const CATALOGUE_FILE = 'catalogue.db';

export type OpenIndexDesk = { readonly desk: IndexDesk; readonly close: () => Promise<void> };

/** The index for the API. Its file and threads are opened at the first question. */
export function openIndexDesk(data: string): OpenIndexDesk {
  const catalogue = openCatalogue({ file: join(data, CATALOGUE_FILE) });
  return { desk: deskOf(catalogue), close: async () => catalogue[Symbol.asyncDispose]() };
}

function deskOf(catalogue: Catalogue): IndexDesk {
  return {
    async search(organization, asked) {
      const query = { ...withoutUndefined(asked), ...outside(organization) };
      const found = await answered(() => catalogue.search(query));
      // A cast: the same shape without `readonly`.
      return found as Awaited<ReturnType<IndexDesk['search']>>;
    },
    async page(organization, wanted) {
      const page = await unlessBusy(() => catalogue.page({ ...wanted, ...outside(organization) }));
      return page as Awaited<ReturnType<IndexDesk['page']>>; // a cast: the same shape without `readonly`
    },
    async entry(organization, slug) {
      const known = await unlessBusy(() => catalogue.server(slug));
      const isHidden = known?.source === 'gateway' && organization !== ORGANIZATION;
      return known === undefined || isHidden ? undefined : entryOf(known);
    },
    async classify({ server, tools }) {
      const asked = {
        ...(server === undefined ? {} : { server }),
        // A cast: the body came as JSON, and the endpoint checked the texts.
        tools: tools as unknown as readonly ToolDefinition[],
      };
      const judged = await unlessBusy(() => catalogue.classify(asked));
      return judged as unknown as Awaited<ReturnType<IndexDesk['classify']>>; // a cast: the same shape without `readonly`
    },
  };
}

/** Only what was scanned as an npm package is known to be one: a registry's entry may be of another kind. */
function entryOf({ name, package: from, slug, source, version }: KnownServer): EntryFound {
  const isNpm = from !== undefined && (source === 'bundled' || source === 'scan');
  const pinned = version === undefined ? from : `${from}@${version}`;
  return {
    slug: slugOf(slug),
    name,
    ...(isNpm ? { entry: { command: 'npx', args: ['-y', pinned ?? ''] } } : {}),
  };
}

/** What the first organisation serves may be in the index (the command puts it there), and is for nobody else. */
function outside(organization: string): { readonly without?: Source } {
  return organization === ORGANIZATION ? {} : { without: 'gateway' };
}

async function answered<Found>(ask: () => Promise<Found>): Promise<Found | 'bad_cursor'> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CatalogueError && error.code === 'bad_cursor') return 'bad_cursor';
    throw asUnavailable(error);
  }
}

async function unlessBusy<Found>(ask: () => Promise<Found>): Promise<Found> {
  try {
    return await ask();
  } catch (error) {
    throw asUnavailable(error);
  }
}

/** A crowded index, or one that stops, is one to ask again; all else is for the log. */
function asUnavailable(error: unknown): unknown {
  const isPassing = error instanceof CatalogueError && error.code !== 'unreadable';
  return isPassing ? new StoreError('unavailable', error.message, { cause: error }) : error;
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(given: T): Defined<T> {
  // A cast: what is left has no undefined values.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}
