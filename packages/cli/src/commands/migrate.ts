import type { Plan } from '../plan/index.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { databaseOption, textOption } from './options.ts';

type MigrateValues = {
  readonly database?: string;
  readonly from?: string;
  readonly keepCounters?: true;
};

export function addMigrate(program: Command, registration: Registration): void {
  const migrate = program
    .command('migrate')
    .description('bring the schema of a database up to date; also while gateways use it')
    .addOption(databaseOption())
    .addOption(textOption('--from <dir>', 'move everything from this data folder into it; it must be empty'))
    .option('--keep-counters', 'even if the folder was restored: calls since its backup may come again');
  withExamples(migrate, [
    'BOOMGATE_DATABASE=postgres://boomgate@db/boomgate boomgate migrate',
    'boomgate migrate --database postgres://boomgate@db/boomgate --from DIR',
  ]);
  plans<MigrateValues>(migrate, registration, (_, { database, from, keepCounters = false }): Plan => {
    if (database === undefined)
      return {
        kind: 'wrong_use',
        message:
          'expected --database URL, or BOOMGATE_DATABASE: a data folder is brought up to date when the gateway starts',
      };
    if (from !== undefined) return { kind: 'move', data: from, database, keepCounters };
    if (!keepCounters) return { kind: 'migrate', database };
    return { kind: 'wrong_use', message: 'expected --from DIR with --keep-counters' };
  });
}
