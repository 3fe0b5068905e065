import {
  entriesOf,
  type IndexSize,
  type Page,
  type ServerEntry,
  serverPage,
  type ToolDefinition,
  toolPage,
} from '@boomgate/catalogue';
import type { CataloguePagePlan } from '../plan/index.ts';
import { printPage } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { someOf } from './some-names.ts';
import { ReadFailure } from './text-file.ts';
import { toolLines } from './tool-lines.ts';

type Servers = ReadonlyMap<string, readonly ToolDefinition[]>;

/** The page of what the file says; numbers of the index are those of the file. */
export async function runCataloguePage(plan: CataloguePagePlan, world: World): Promise<ExitCode> {
  const servers = await readServers(plan, world);
  if (typeof servers === 'string') return world.fail(servers);
  const found = pageOf(plan, servers);
  if (typeof found === 'string') return world.fail(found);
  printPage(found, world);
  return 0;
}

/** The tools by server; those without one are of the server that is asked for. */
async function readServers({ server, tools }: CataloguePagePlan, world: World): Promise<Servers | string> {
  const servers = new Map<string, ToolDefinition[]>();
  try {
    for await (const lot of toolLines(tools, world)) {
      for (const { line, read } of lot) {
        if (!read.ok) return `${tools}:${line}: ${read.message}`;
        const of = read.server ?? server;
        servers.set(of, [...(servers.get(of) ?? []), read.tool]);
      }
    }
  } catch (error) {
    if (error instanceof ReadFailure) return error.message;
    throw error;
  }
  return servers;
}

function pageOf(
  { server: name, tool: wanted, tools: file }: CataloguePagePlan,
  servers: Servers,
): Page | string {
  const definitions = servers.get(name);
  if (definitions === undefined)
    return `expected a server of ${file}, found ${JSON.stringify(name)}; there are ${someOf([...servers.keys()])}`;
  const server: ServerEntry = {
    slug: encodeURIComponent(name),
    name: visible(name),
    tools: entriesOf(name, definitions),
  };
  const index = sizeOf(servers);
  if (wanted === undefined) return serverPage(server, { index, isPublisherKnown: false });
  const tool = server.tools.find(({ definition }) => definition.name === wanted);
  if (tool !== undefined) return toolPage(tool, server, index);
  return `expected a tool of ${name}, found ${JSON.stringify(wanted)}; there are ${someOf(definitions.map(({ name: one }) => one))}`;
}

function sizeOf(servers: Servers): IndexSize {
  return { servers: servers.size, tools: [...servers.values()].reduce((sum, { length }) => sum + length, 0) };
}
