import { readDefinition, type ToolDefinition } from '@boomgate/catalogue';
import { canonicalJson, type Json } from '@boomgate/engine';
import type { Catalogue, CatalogueRecord } from '@boomgate/server/catalogue';
import { ORGANIZATION, StoreError } from '@boomgate/server/stored';
import type { Place } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { World } from '../world.ts';
import { openToRead } from './store.ts';

/** Puts what the gateway serves into the index. That it cannot be read is no failure of what is asked of the index. */
export async function rememberServed(catalogue: Catalogue, place: Place, world: World): Promise<void> {
  try {
    for (const record of await servedBy(place, world)) {
      const known = await catalogue.server(record.slug);
      const isSame =
        known?.source === 'gateway' && textOf(known.tools.map(definitionOf)) === textOf(record.tools);
      if (!isSame) await catalogue.put(record, 'gateway');
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Where there is no store yet, nothing is served.
    if (error.code !== 'unavailable')
      world.output.note(`what the gateway serves was not read: ${visible(error.message)}`);
  }
}

type Served = CatalogueRecord & { readonly tools: readonly ToolDefinition[] };

/** The servers of the gateway with the tools that they offer, as they were listed last. */
async function servedBy(place: Place, { facts, keep }: World): Promise<readonly Served[]> {
  const store = keep(await openToRead(place, facts));
  const servers = new Map<string, { seenAtMs: number; readonly tools: ToolDefinition[] }>();
  for (const { definition, isOffered, seenAtMs, server } of await store.tools.list({
    organization: ORGANIZATION,
  })) {
    const read = readDefinition(definition);
    if (!isOffered || !read.ok) continue;
    const known = servers.get(server) ?? { seenAtMs, tools: [] };
    known.tools.push(read.tool);
    servers.set(server, { tools: known.tools, seenAtMs: Math.max(known.seenAtMs, seenAtMs) });
  }
  return [...servers].map(([slug, { seenAtMs, tools }]) => ({
    slug,
    name: slug,
    scanned: new Date(seenAtMs).toISOString().slice(0, 'YYYY-MM-DD'.length),
    tools,
  }));
}

const definitionOf = ({ definition }: { readonly definition: ToolDefinition }): ToolDefinition => definition;

/** Equal for the same tools in any order; definitions came as JSON. */
const textOf = (tools: readonly ToolDefinition[]): string =>
  tools
    .map((tool) => canonicalJson(tool as Json))
    .sort()
    .join('\n');
