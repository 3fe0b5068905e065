import type { Catalogue, Imported, Progress, RegistryOptions } from '@boomgate/server/catalogue';
import type { IndexImportPlan } from '../plan/index.ts';
import { importProgress } from '../report/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { withIndex } from './catalogue-index.ts';
import { interruption } from './signals.ts';

/** Exit 1 when records were refused, 2 when the import did not come to its end. */
export function runIndexImport(plan: IndexImportPlan, world: World): Promise<ExitCode> {
  return withIndex(plan, world, async (catalogue) => {
    const ending = world.keep(interruption());
    const stop = new AbortController();
    void ending.requested.then(() => stop.abort());
    const onProgress = (progress: Progress): void => world.output.status(importProgress(progress));
    const imported = await take(plan, catalogue, {
      signal: stop.signal,
      onProgress,
      proxy: world.facts.proxy,
    });
    world.output.status(undefined);
    return report(imported, world);
  });
}

function take(
  { from, allowPrivate }: IndexImportPlan,
  catalogue: Catalogue,
  options: RegistryOptions,
): Promise<Imported> {
  if ('file' in from) return catalogue.importFile(from.file, options);
  return catalogue.importRegistry(from.url, { ...options, allowPrivate });
}

function report(imported: Imported, { fail, output, show }: World): ExitCode {
  for (const { at, why } of imported.refusals) output.note(`${at}: ${visible(why)}`);
  if (show.json) output.json(imported);
  else output.data(sentence(imported));
  if (imported.stoppedBy !== undefined)
    return fail(`the import stopped early: ${imported.stoppedBy}; run the same command to continue`);
  return imported.refused === 0 ? 0 : 1;
}

function sentence({ servers, tools, skipped, refused }: Imported): string {
  return `${servers} servers with ${tools} tools added, ${skipped} skipped, ${refused} refused`;
}
