import type { IndexSearchPlan } from '../plan/index.ts';
import { printSearch } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { withIndex } from './catalogue-index.ts';

/** Exit 1 when nothing was found, as `grep` has it. */
export function runIndexSearch(plan: IndexSearchPlan, world: World): Promise<ExitCode> {
  return withIndex(plan, world, async (catalogue) => {
    const { kind: _, data: __, ...query } = plan;
    const page = await catalogue.search(query);
    const isEmpty = page.servers.length === 0 && page.tools.length === 0;
    if (world.show.json) world.output.json(page);
    else if (isEmpty) world.output.note('nothing was found');
    else world.output.data(printSearch(page, world.output));
    if (!world.show.json && page.next !== undefined) world.output.note(`more with --cursor ${page.next}`);
    return isEmpty ? 1 : 0;
  });
}
