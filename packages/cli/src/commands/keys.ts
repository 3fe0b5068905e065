import { defaultDataDirectory } from '../facts.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { dataOption } from './options.ts';

type KeysValues = { readonly data?: string; readonly plain?: boolean };

export function addKeys(program: Command, registration: Registration): void {
  const keys = program.command('keys').description('the master keys that stored credentials are sealed with');
  const list = keys
    .command('list')
    .description('the versions that there are, and how much each has sealed')
    .addOption(dataOption());
  plans<KeysValues>(list, registration, (_, { data }, facts) => ({
    kind: 'keys_list',
    data: data ?? defaultDataDirectory(facts),
  }));
  const rotate = keys
    .command('rotate')
    .description(
      'seal every credential with a new key, and remove the older ones; also while the gateway runs',
    )
    .addOption(dataOption());
  withExamples(rotate, ['boomgate keys rotate']);
  plans<KeysValues>(rotate, registration, (_, { data }, facts) => ({
    kind: 'keys_rotate',
    data: data ?? defaultDataDirectory(facts),
  }));
  const seal = keys
    .command('seal')
    .description(
      'seal the file of keys with the key in BOOMGATE_MASTER_KEY, which the gateway then needs to start; a sealed one with that in BOOMGATE_NEW_MASTER_KEY',
    )
    .addOption(dataOption())
    .option('--plain', 'put the keys into the file in the clear again');
  withExamples(seal, ['BOOMGATE_MASTER_KEY=$(openssl rand -base64 32) boomgate keys seal']);
  plans<KeysValues>(seal, registration, (_, { data, plain = false }, facts) => ({
    kind: 'keys_seal',
    data: data ?? defaultDataDirectory(facts),
    unseal: plain,
  }));
}
