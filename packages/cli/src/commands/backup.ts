import { defaultDataDirectory } from '../facts.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { dataOption, textOption } from './options.ts';

type BackupValues = { readonly data?: string; readonly passphraseFile?: string };
type RestoreValues = BackupValues & {
  readonly force?: true;
  readonly keepCounters?: true;
  readonly acceptFindings?: true;
};

const passphraseOption = (description: string) => textOption('--passphrase-file <file>', description);

export function addBackup(program: Command, registration: Registration): void {
  const backup = program
    .command('backup <file>')
    .description('everything the gateway keeps, in one file; also while it runs')
    .addOption(passphraseOption('encrypt it with the first line of this file'))
    .addOption(dataOption());
  withExamples(backup, ['boomgate backup boomgate.backup --passphrase-file passphrase']);
  plans<BackupValues>(backup, registration, (given, { data, passphraseFile }, facts) => ({
    kind: 'backup',
    data: data ?? defaultDataDirectory(facts),
    file: given[0] ?? '',
    ...present({ passphraseFile }),
  }));
}

export function addRestore(program: Command, registration: Registration): void {
  const restore = program
    .command('restore <file>')
    .description('check a backup and put it into a data folder that no gateway uses')
    .option('--force', 'also into a folder that is not empty; what it has is kept in it')
    .option('--keep-counters', 'limits as they were, not as full: calls since may come again')
    .option('--accept-findings', 'also when a log in it is not as it was written')
    .addOption(passphraseOption('decrypt it with the first line of this file'))
    .addOption(dataOption());
  withExamples(restore, ['boomgate restore boomgate.backup --data DIR']);
  plans<RestoreValues>(restore, registration, (given, values, facts) => {
    const { acceptFindings = false, data, force = false, keepCounters = false, passphraseFile } = values;
    return {
      kind: 'restore',
      data: data ?? defaultDataDirectory(facts),
      file: given[0] ?? '',
      force,
      keepCounters,
      acceptFindings,
      ...present({ passphraseFile }),
    };
  });
}
