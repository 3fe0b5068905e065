import { join } from 'node:path';
import { readDefinition, type ToolDefinition } from '@boomgate/catalogue';
import type { ListedServer, ScanReport } from '@boomgate/server';
import { type CatalogueRecord, openCatalogue } from '@boomgate/server/catalogue';
import type { ScanPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { World } from '../world.ts';
import { CATALOGUE_FILE } from './catalogue-index.ts';

/** Puts what was found into the index of the data folder. That it cannot be written is no failure of the scan. */
export async function remember(
  report: ScanReport,
  { data }: ScanPlan,
  { keep, output }: World,
): Promise<void> {
  const listed = report.servers.filter((server) => server.outcome === 'listed');
  if (listed.length === 0) return;
  try {
    const catalogue = keep(openCatalogue({ file: join(data, CATALOGUE_FILE) }));
    for (const server of listed) await catalogue.put(recordOf(server), 'scan');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    output.note(`not added to the catalogue: ${visible(reason)}`);
  }
}

function recordOf(server: ListedServer): CatalogueRecord {
  const { name, package: from, version, licence, repository, description, scanned, tools } = server;
  const facts = { package: from, version, licence, repository, description };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return {
    // Of the facts that are known.
    ...(Object.fromEntries(known) as Partial<CatalogueRecord>),
    slug: from ?? name,
    name: from ?? name,
    scanned: scanned.slice(0, 'YYYY-MM-DD'.length),
    tools: tools.flatMap(({ definition }): readonly ToolDefinition[] => {
      const read = readDefinition(definition);
      return read.ok ? [read.tool] : [];
    }),
  };
}
