import type { Catalogue } from '@boomgate/server/catalogue';
import type { IndexPagePlan } from '../plan/index.ts';
import { printPage } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { withIndex } from './catalogue-index.ts';
import { someOf } from './some-names.ts';

/** The page of a server or tool of the index; its numbers are those of the index. */
export function runIndexPage(plan: IndexPagePlan, world: World): Promise<ExitCode> {
  return withIndex(plan, world, async (catalogue) => {
    const { server, tool } = plan;
    const page = await catalogue.page(tool === undefined ? { server } : { server, tool });
    if (page === undefined) return world.fail(await missing(plan, catalogue));
    printPage(page, world);
    return 0;
  });
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
