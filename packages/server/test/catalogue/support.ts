import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Catalogue, openCatalogue } from '../../src/index.ts';

export const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

export type Opened = AsyncDisposable & { readonly folder: string; readonly catalogue: Catalogue };

/** An index of a test's own, without the bundled entries. */
export async function openEmpty(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'boomgate-catalogue-'));
  const catalogue = openCatalogue({ file: join(folder, 'catalogue.db'), bundled: false });
  return {
    folder,
    catalogue,
    async [Symbol.asyncDispose]() {
      await catalogue[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Imports records as JSON lines. */
export async function importLines({ folder, catalogue }: Opened, records: readonly unknown[]) {
  const file = join(folder, `lines-${records.length}.ndjson`);
  await writeFile(file, records.map((record) => JSON.stringify(record)).join('\n'));
  return catalogue.importFile(file);
}
