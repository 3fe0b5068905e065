import { DEFAULT_URL } from '../endpoint.ts';
import { defaultDataDirectory } from '../facts.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { dataOption, urlOption } from './options.ts';

export function addPeople(program: Command, registration: Registration): void {
  const people = program.command('people').description('accounts of people').helpCommand(false);
  withExamples(people, ['boomgate people reset-link ann@acme.example']);
  const link = people
    .command('reset-link <email>')
    .description('make a link by which somebody sets another password, once, within 30 minutes')
    .addOption(dataOption())
    .addOption(urlOption());
  type Values = { readonly data?: string; readonly url?: string };
  plans<Values>(link, registration, (given, { data, url = DEFAULT_URL }, facts) => ({
    kind: 'people_reset_link',
    email: (given[0] ?? '').trim().toLowerCase(),
    data: data ?? defaultDataDirectory(facts),
    url,
  }));
}
