import { DEFAULT_URL } from '../endpoint.ts';
import { type Command, plans, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, urlOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

export function addPeople(program: Command, registration: Registration): void {
  const people = program.command('people').description('accounts of people').helpCommand(false);
  withExamples(people, [
    'boomgate people reset-link ann@acme.example',
    'boomgate people remove-second-factor ann@acme.example',
  ]);
  const link = people
    .command('reset-link <email>')
    .description('make a link for setting a new password, once, within 30 minutes')
    .addOption(dataOption())
    .addOption(databaseOption())
    .addOption(urlOption());
  type Values = PlaceValues & { readonly url?: string };
  plans<Values>(link, registration, (given, { url = DEFAULT_URL, ...place }, facts) => ({
    kind: 'people_reset_link',
    email: emailOf(given),
    ...placeOf(place, facts),
    url,
  }));
  const factor = people
    .command('remove-second-factor <email>')
    .description(
      'for who lost their authenticator and the recovery codes: sign in without, until they set up another; all their sessions end',
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues>(factor, registration, (given, place, facts) => ({
    kind: 'people_second_factor',
    email: emailOf(given),
    ...placeOf(place, facts),
  }));
}

const emailOf = ([email = '']: readonly string[]): string => email.trim().toLowerCase();
