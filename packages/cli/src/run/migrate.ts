import { migratePostgres } from '@boomgate/server';
import type { MigratePlan } from '../plan/index.ts';
import type { ExitCode, World } from '../world.ts';

/** The steps that were made are data. */
export async function runMigrate({ database }: MigratePlan, { output, show }: World): Promise<ExitCode> {
  const made = await migratePostgres(database);
  if (show.json) output.json({ made });
  else if (made.length === 0) output.note('the schema is up to date: nothing was to be done');
  else for (const step of made) output.data(step);
  return 0;
}
