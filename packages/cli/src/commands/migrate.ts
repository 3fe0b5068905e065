import { type Command, plans, type Registration, withExamples } from './command.ts';
import { databaseOption } from './options.ts';
import type { PlaceValues } from './place.ts';

export function addMigrate(program: Command, registration: Registration): void {
  const migrate = program
    .command('migrate')
    .description('bring the schema of a database up to date; also while gateways use it')
    .addOption(databaseOption());
  withExamples(migrate, ['BOOMGATE_DATABASE=postgres://boomgate@db/boomgate boomgate migrate']);
  plans<PlaceValues>(migrate, registration, (_, { database }) =>
    database === undefined
      ? {
          kind: 'wrong_use',
          message:
            'expected --database URL, or BOOMGATE_DATABASE: what is in a data folder is brought up to date when the gateway starts',
        }
      : { kind: 'migrate', database },
  );
}
