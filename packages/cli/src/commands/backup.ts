import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, textOption } from './options.ts';
import { type PlaceValues, placeOf, refusedFor } from './place.ts';

type BackupValues = PlaceValues & { readonly passphraseFile?: string };
type RestoreValues = BackupValues & {
  readonly force?: true;
  readonly keepCounters?: true;
  readonly acceptFindings?: true;
};

const PG_DUMP =
  'copy it with "pg_dump --format=custom --file FILE DATABASE", and keep BOOMGATE_MASTER_KEY elsewhere (docs/replicas.md)';
const PG_RESTORE =
  'stop all replicas and restore it with "pg_restore --dbname DATABASE FILE" into an empty one (docs/replicas.md)';

const passphraseOption = (description: string) => textOption('--passphrase-file <file>', description);

export function addBackup(program: Command, registration: Registration): void {
  const backup = program
    .command('backup <file>')
    .description('write everything the gateway keeps into one file; also while it runs')
    .addOption(passphraseOption('encrypt it with the first line of this file'))
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(backup, ['boomgate backup boomgate.backup --passphrase-file passphrase']);
  plans<BackupValues>(
    backup,
    registration,
    (given, { passphraseFile, ...place }, facts) =>
      refusedFor(place, PG_DUMP) ?? {
        kind: 'backup',
        ...placeOf(place, facts),
        file: given[0] ?? '',
        ...present({ passphraseFile }),
      },
  );
}

export function addRestore(program: Command, registration: Registration): void {
  const restore = program
    .command('restore <file>')
    .description('check a backup and put it into a data folder that no gateway uses')
    .option('--force', 'even if the folder is not empty; what it has is kept in it')
    .option('--keep-counters', 'keep limits as they were, not as full: calls since may come again')
    .option('--accept-findings', 'even if a log in it is not as it was written')
    .addOption(passphraseOption('decrypt it with the first line of this file'))
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(restore, ['boomgate restore boomgate.backup --data DIR']);
  plans<RestoreValues>(restore, registration, (given, values, facts) => {
    const { acceptFindings = false, force = false, keepCounters = false, passphraseFile } = values;
    const refused = refusedFor(values, PG_RESTORE);
    if (refused !== undefined) return refused;
    return {
      kind: 'restore',
      ...placeOf(values, facts),
      file: given[0] ?? '',
      force,
      keepCounters,
      acceptFindings,
      ...present({ passphraseFile }),
    };
  });
}
