import { readDefinition, type ToolDefinition } from '@boomgate/catalogue';
import { canonicalJson, type Json } from '@boomgate/engine';
import type { Catalogue, CatalogueRecord } from '@boomgate/server/catalogue';
import { declaredNames } from '@boomgate/server/declared-names';
import { ORGANIZATION, type Store, StoreError } from '@boomgate/server/stored';
import type { Facts } from '../facts.ts';
import type { Place } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { World } from '../world.ts';
import { findConfig } from './config-file.ts';
import { openToRead } from './store.ts';

/** Puts what the gateway serves into the index. That it cannot be read is no failure of what is asked of the index. */
export async function rememberServed(catalogue: Catalogue, place: Place, world: World): Promise<void> {
  try {
    for (const { shownAs, ...served } of await servedBy(place, world)) {
      const known = await catalogue.server(served.slug);
      const ofGateway = known?.source === 'gateway' ? known : undefined;
      const record = { ...served, name: shownAs ?? ofGateway?.name ?? served.slug };
      const isSame =
        ofGateway?.name === record.name && textOf(ofGateway.tools.map(definitionOf)) === textOf(record.tools);
      if (!isSame) await catalogue.put(record, 'gateway');
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Where there is no store yet, nothing is served.
    if (error.code !== 'unavailable')
      world.output.note(`what the gateway serves was not read: ${visible(error.message)}`);
  }
}

/** `shownAs` is absent where a file that was not read may have one. */
type Served = Omit<CatalogueRecord, 'name'> & {
  readonly tools: readonly ToolDefinition[];
  readonly shownAs: string | undefined;
};

/** The servers of the gateway with the tools that they offer, as they were listed last. */
async function servedBy(place: Place, { facts, keep }: World): Promise<readonly Served[]> {
  const store = keep(await openToRead(place, facts));
  const titleOf = await titlesOf(store, facts);
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
    shownAs: titleOf(slug),
    scanned: new Date(seenAtMs).toISOString().slice(0, 'YYYY-MM-DD'.length),
    tools,
  }));
}

/** What people are shown of each server: its title, or its name. */
async function titlesOf(store: Store, facts: Facts): Promise<(slug: string) => string | undefined> {
  const stored = new Map((await store.servers.list(ORGANIZATION)).map(({ entry, slug }) => [slug, entry]));
  const file = findConfig(facts);
  const declared = file === undefined ? undefined : await declaredNames(file);
  const isRead = declared?.ok === true;
  return (slug) => {
    if (isRead && declared.servers.includes(slug)) return declared.titles.get(slug) ?? slug;
    const title = stored.get(slug)?.['title'];
    if (typeof title === 'string') return title;
    return isRead || stored.has(slug) ? slug : undefined;
  };
}

const definitionOf = ({ definition }: { readonly definition: ToolDefinition }): ToolDefinition => definition;

/** Equal for the same tools in any order; definitions came as JSON. */
const textOf = (tools: readonly ToolDefinition[]): string =>
  tools
    .map((tool) => canonicalJson(tool as Json))
    .sort()
    .join('\n');
