import type { IndexSizePlan } from '../plan/index.ts';
import { printIndexSize } from '../report/index.ts';
import type { ExitCode, World } from '../world.ts';
import { withIndex } from './catalogue-index.ts';

export function runIndexSize(plan: IndexSizePlan, world: World): Promise<ExitCode> {
  return withIndex(plan, world, async (catalogue) => {
    const size = await catalogue.size();
    if (world.show.json) world.output.json(size);
    else world.output.data(printIndexSize(size));
    return 0;
  });
}
