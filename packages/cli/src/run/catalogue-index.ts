import { join } from 'node:path';
import { type Catalogue, CatalogueError, openCatalogue } from '@boomgate/server/catalogue';
import type { Place } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';
import { rememberServed } from './served-servers.ts';

/** In the data folder. */
export const CATALOGUE_FILE = 'catalogue.db';

/** Opens the index of a data folder, with what its gateway serves, uses it, and says what was wrong with it or its use. */
export async function withIndex(
  place: Place,
  world: World,
  use: (catalogue: Catalogue) => Promise<ExitCode>,
): Promise<ExitCode> {
  const catalogue = world.keep(openCatalogue({ file: join(place.data, CATALOGUE_FILE) }));
  try {
    await rememberServed(catalogue, place, world);
    return await use(catalogue);
  } catch (error) {
    if (error instanceof CatalogueError) return world.fail(error.message);
    throw error;
  }
}
