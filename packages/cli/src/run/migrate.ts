import { masterKeyIn, migratePostgres, moveToPostgres, systemClock } from '@boomgate/server/stored';
import type { MigratePlan, MovePlan } from '../plan/index.ts';
import { visible } from '../terminal/index.ts';
import type { ExitCode, World } from '../world.ts';
import { commandLineActor } from './actor.ts';

/** The steps that were made are data. */
export async function runMigrate({ database }: MigratePlan, { output, show }: World): Promise<ExitCode> {
  const made = await migratePostgres(database);
  if (show.json) output.json({ made });
  else if (made.length === 0) output.note('the schema is up to date: nothing to do');
  else for (const step of made) output.data(step);
  return 0;
}

/** What is told of tables is how far it has come: of a long log it takes a while. */
export async function runMove(
  { data, database, keepCounters }: MovePlan,
  { facts, output, show }: World,
): Promise<ExitCode> {
  const moved: Record<string, number> = {};
  await moveToPostgres({
    directory: data,
    url: database,
    clock: systemClock(),
    masterKey: masterKeyIn(facts.env),
    keepCounters,
    by: commandLineActor(),
    onWarning: (text) => output.note(text),
    onTable: (table, rows) => {
      moved[table] = rows;
      if (!show.json && rows > 0) output.note(`${table}: ${rows}`);
    },
  });
  if (show.json) output.json({ moved });
  else {
    output.note(`The database has everything that ${visible(data)} keeps, and its keys.`);
    output.note('Start the gateway with --database in place of --data. The folder stays as it was, and no');
    output.note('gateway starts on it again: when all is well, delete it.');
  }
  return 0;
}
