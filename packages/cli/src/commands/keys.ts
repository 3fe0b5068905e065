import type { Plan } from '../plan/index.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

type KeysValues = PlaceValues & { readonly plain?: boolean };

export function addKeys(program: Command, registration: Registration): void {
  const keys = program
    .command('keys')
    .description('the master keys that stored credentials are sealed with')
    .helpCommand(false);
  withExamples(keys, ['boomgate keys list', 'boomgate keys rotate']);
  const list = keys
    .command('list')
    .description('list the versions, and how much each has sealed')
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<KeysValues>(list, registration, (_, place, facts) => {
    return { kind: 'keys_list', ...placeOf(place, facts) };
  });
  const rotate = keys
    .command('rotate')
    .description(
      'seal every credential with a new key, and remove the older keys; also while the gateway runs',
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(rotate, ['boomgate keys rotate']);
  plans<KeysValues>(rotate, registration, (_, place, facts) => {
    return { kind: 'keys_rotate', ...placeOf(place, facts) };
  });
  const seal = keys
    .command('seal')
    .description(
      'seal the file of keys with the key in BOOMGATE_MASTER_KEY, which the gateway then needs to start; one that is sealed, or the keys of a database, with that in BOOMGATE_NEW_MASTER_KEY',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .option('--plain', 'write the keys to the file unsealed again');
  withExamples(seal, ['BOOMGATE_MASTER_KEY=$(openssl rand -base64 32) boomgate keys seal']);
  plans<KeysValues>(seal, registration, (_, { plain = false, ...place }, facts): Plan => {
    if (plain && place.database !== undefined)
      return {
        kind: 'wrong_use',
        message: 'expected --plain without --database: there keys are always sealed',
      };
    return { kind: 'keys_seal', ...placeOf(place, facts), unseal: plain };
  });
}
