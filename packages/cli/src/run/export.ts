import { open, rm } from 'node:fs/promises';
import { exportActs, exportDecisions } from '@boomgate/server/stored';
import type { AuditExportPlan, LogExportPlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { noteReading } from './audit-list.ts';
import { interruption } from './signals.ts';
import { openToChange } from './store.ts';
import { writeFailure } from './text-file.ts';

/** Only the owner may read what is in the logs. */
const PRIVATE_MODE = 0o600;

/** Writes all decisions that match; a row of the audit log says so before the first of them leaves. */
export async function runLogExport(plan: LogExportPlan, world: World): Promise<ExitCode> {
  const store = world.keep(await openToChange(plan, world.facts));
  const { file, filter, format } = plan;
  await noteReading(store, {
    action: 'decisions.exported',
    log: 'decisions',
    facts: { file, filter, format },
  });
  return await writeExport(plan, exportDecisions(store.decisions, filter, format), world);
}

export async function runAuditExport(plan: AuditExportPlan, world: World): Promise<ExitCode> {
  const store = world.keep(await openToChange(plan, world.facts));
  const { file, filter, format } = plan;
  await noteReading(store, { action: 'audit.exported', log: 'audit', facts: { file, filter, format } });
  return await writeExport(plan, exportActs(store.audit, filter, format), world);
}

/** Lines to a file, which is there whole or not at all; a signal ends it, and takes away what was written. */
export async function writeExport(
  { file, format }: Pick<LogExportPlan | AuditExportPlan, 'file' | 'format'>,
  lines: AsyncIterable<string>,
  world: Pick<World, 'fail' | 'keep' | 'output' | 'show' | 'writeLine'>,
): Promise<ExitCode> {
  if (file === '-') {
    // Each line has its end, which `writeLine` adds.
    for await (const line of lines) await world.writeLine(line.slice(0, -1));
    return 0;
  }
  let ended: string | undefined;
  void world.keep(interruption()).requested.then((signal) => {
    ended = signal;
  });
  // A CSV begins with the names of its columns.
  let rows = format === 'csv' ? -1 : 0;
  try {
    // An export that is there already may be somebody's evidence.
    const handle = await open(file, 'wx', PRIVATE_MODE);
    try {
      for await (const line of lines) {
        await handle.writeFile(line);
        rows += 1;
        if (ended !== undefined) throw new Error(`it was ended by ${ended} before its last row`);
      }
      await handle.sync();
    } catch (error) {
      // Nobody takes the beginning for all of it.
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'StoreError') throw error;
    return world.fail(writeFailure(file, error));
  }
  if (world.show.json) world.output.json({ file, rows, format });
  else world.output.note(`${visible(file)}: ${rows} rows as ${format}`);
  return 0;
}
