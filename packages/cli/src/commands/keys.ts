import { defaultDataDirectory } from '../facts.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { dataOption } from './options.ts';

type KeysValues = { readonly data?: string };

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
}
