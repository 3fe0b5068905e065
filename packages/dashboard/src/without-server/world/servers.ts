import { entriesOf, severityOf, type ToolDefinition } from '@boomgate/catalogue';
import entries from '@boomgate/catalogue/entries?raw';
import { canonicalJson, isJsonObject, type Json } from '@boomgate/engine';
import { sha256 } from './digest.ts';
import { momentOf, type WorldServer, type WorldTool } from './world.ts';

/** Of the bundled entries, two whose tools differ in what they can do. */
const SLUGS = ['comfyui', 'kubernetes'] as const;
const DAY_MS = 86_400_000;

/** The servers with their tools, classified as the gateway classifies them; the last tool of the last one has changed and is held. */
export async function makeServers(nowMs: number): Promise<readonly WorldServer[]> {
  const bundled = entries.split('\n').filter((line) => line !== '');
  const servers: WorldServer[] = [];
  for (const slug of SLUGS) {
    const line = bundled.find((one) => one.startsWith(`{"slug":"${slug}",`));
    if (line === undefined) throw new Error(`expected ${slug} among the bundled entries`);
    // Each line is a server as its own test holds it.
    const { tools } = JSON.parse(line) as { readonly tools: readonly ToolDefinition[] };
    const known = entriesOf(slug, tools);
    const seenAt = momentOf(nowMs - 9 * DAY_MS);
    servers.push({ slug, tools: await Promise.all(known.map((one) => toolOf(one, seenAt))) });
  }
  const last = servers.at(-1)?.tools;
  const changed = last?.at(-1);
  if (last !== undefined && changed !== undefined)
    last[last.length - 1] = { ...changed, state: 'held', firstSeenAt: momentOf(nowMs - 2 * 3_600_000) };
  return servers;
}

async function toolOf(
  { classification, definition }: ReturnType<typeof entriesOf>[number],
  firstSeenAt: string,
): Promise<WorldTool> {
  // A definition of the entries is JSON.
  const text = canonicalJson(definition as Json);
  const { inputSchema } = definition;
  return {
    tool: definition.name,
    class: classification.class,
    severity: severityOf(classification.class),
    state: 'accepted',
    fingerprint: await sha256(text),
    firstSeenAt,
    isOffered: true,
    definition: text,
    inputSchema: isJsonObject(inputSchema) ? inputSchema : {},
  };
}
