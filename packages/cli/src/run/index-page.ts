import { type IndexSize, listedPage, serverPage, toolPage } from '@boomgate/catalogue';
import type { Catalogue } from '@boomgate/server/catalogue';
import type { IndexPagePlan } from '../plan.ts';
import { printPage } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { withIndex } from './catalogue-index.ts';
import { someOf } from './some-names.ts';

/** The page of a server or tool of the index; its numbers are those of the index. */
export function runIndexPage(plan: IndexPagePlan, world: World): Promise<ExitCode> {
  return withIndex(plan, world, async (catalogue) => {
    const index = await catalogue.size();
    if (plan.tool === undefined) return showServer(plan, index, { catalogue, world });
    const known = await catalogue.tool(plan.server, plan.tool);
    if (known === undefined) return world.fail(await missing(plan, catalogue));
    printPage(toolPage(known.tool, known.server, { ...index, elsewhere: known.elsewhere }), world);
    return 0;
  });
}

async function showServer(
  plan: IndexPagePlan,
  index: IndexSize,
  { catalogue, world }: { readonly catalogue: Catalogue; readonly world: World },
): Promise<ExitCode> {
  const server = await catalogue.server(plan.server);
  if (server === undefined) return world.fail(await missing(plan, catalogue));
  printPage(
    server.isScanned ? serverPage(server, { index, isPublisherKnown: false }) : listedPage(server, index),
    world,
  );
  return 0;
}

/** What there is instead. */
async function missing({ server: slug, tool }: IndexPagePlan, catalogue: Catalogue): Promise<string> {
  const server = await catalogue.server(slug);
  if (server === undefined) {
    const { servers } = await catalogue.search({ words: slug });
    return `expected a server of the index, found ${JSON.stringify(slug)}; ${alike(servers.map((hit) => hit.slug))}`;
  }
  if (!server.isScanned) return `the tools of ${slug} are not known: nobody has scanned it for this index`;
  return `expected a tool of ${slug}, found ${JSON.stringify(tool)}; there are ${someOf(server.tools.map(({ definition }) => definition.name))}`;
}

const alike = (slugs: readonly string[]): string =>
  slugs.length === 0 ? 'look for it with "boomgate catalogue search"' : `there are ${slugs.join(', ')}`;
