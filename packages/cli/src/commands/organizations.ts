import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, textOption } from './options.ts';
import { type PlaceValues, placed, placeOf } from './place.ts';

export function addOrganizations(program: Command, registration: Registration): void {
  const organizations = program
    .command('organizations')
    .description('list organisations, remove one for good')
    .helpCommand(false);
  withExamples(organizations, [
    'boomgate organizations list',
    'boomgate organizations remove "Acme Labs" --confirm "Acme Labs"',
  ]);
  addList(organizations, registration);
  addRemove(organizations, registration);
}

function addList(organizations: Command, registration: Registration): void {
  const list = placed(
    organizations,
    'list',
    'list all organisations, with how many members, servers and grants each has',
  );
  plans<PlaceValues>(list, registration, (_, place, facts) => ({
    kind: 'organization_list',
    ...placeOf(place, facts),
  }));
}

function addRemove(organizations: Command, registration: Registration): void {
  const remove = organizations
    .command('remove <organization>')
    .description(
      'remove an organisation for good, by its name or id: its agents are refused, its members out, its servers and secrets gone. Accounts and logs stay. The first organisation cannot be removed',
    )
    .addOption(
      textOption('--confirm <name>', 'its name once more; without it you are asked for it on the terminal'),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  type Values = PlaceValues & { readonly confirm?: string };
  plans<Values>(remove, registration, ([organization = ''], { confirm: repeated, ...place }, facts) => ({
    kind: 'organization_remove',
    organization,
    ...placeOf(place, facts),
    ...present({ repeated }),
  }));
}
