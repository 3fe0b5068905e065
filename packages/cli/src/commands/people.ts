import { ROLES } from '@boomgate/contract/roles';
import { Option } from 'commander';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { configOption, knownUrlOption, textOption } from './options.ts';
import { type PlaceValues, placed, placeOf } from './place.ts';
import { readOneOf } from './values.ts';

export function addPeople(program: Command, registration: Registration): void {
  const people = program.command('people').description('accounts of people').helpCommand(false);
  withExamples(people, [
    'boomgate people list',
    'boomgate people invite bob@acme.example viewer',
    'boomgate people reset-link ann@acme.example',
    'boomgate people remove-second-factor ann@acme.example',
  ]);
  addList(people, registration);
  addInvite(people, registration);
  addResetLink(people, registration);
  addSecondFactor(people, registration);
  addSetRole(people, registration);
  addChangeEmail(people, registration);
  addRemove(people, registration);
}

function addList(people: Command, registration: Registration): void {
  const list = placed(people, 'list', 'list all accounts, with their organisations and how they sign in');
  plans<PlaceValues>(list, registration, (_, place, facts) => ({
    kind: 'people_list',
    ...placeOf(place, facts),
  }));
}

function addInvite(people: Command, registration: Registration): void {
  const invite = placed(
    people,
    'invite <email> <role>',
    `make a link by which somebody becomes a member, once, within a week: ${ROLES.join(', ')}. No letter is sent`,
  )
    .addOption(textOption('--organization <name>', 'of which organisation; needed where there are several'))
    .addOption(knownUrlOption());
  withExamples(invite, ['boomgate people invite bob@acme.example viewer']);
  type Values = PlaceValues & { readonly organization?: string; readonly url?: string };
  plans<Values>(invite, registration, ([email = '', given = ''], { organization, url, ...place }, facts) => {
    const role = readOneOf(ROLES)(given);
    if (!role.ok) return { kind: 'wrong_use', message: role.message };
    const where = { ...placeOf(place, facts), ...present({ organization, url }) };
    return { kind: 'people_invite', email: emailOf([email]), role: role.value, ...where };
  });
}

function addResetLink(people: Command, registration: Registration): void {
  const link = placed(
    people,
    'reset-link <email>',
    'make a link for setting a new password, once, within 30 minutes',
  )
    .addOption(configOption())
    .addOption(knownUrlOption());
  type Values = PlaceValues & { readonly config?: string; readonly url?: string };
  plans<Values>(link, registration, (given, { config, url, ...place }, facts) => ({
    kind: 'people_reset_link',
    email: emailOf(given),
    ...placeOf(place, facts),
    ...present({ config, url }),
  }));
}

function addSecondFactor(people: Command, registration: Registration): void {
  const factor = placed(
    people,
    'remove-second-factor <email>',
    'for who lost their authenticator and the recovery codes: sign in without, until they set up another; all their sessions end',
  );
  plans<PlaceValues>(factor, registration, (given, place, facts) => ({
    kind: 'people_second_factor',
    email: emailOf(given),
    ...placeOf(place, facts),
  }));
}

function addSetRole(people: Command, registration: Registration): void {
  const set = placed(
    people,
    'set-role <email> <role>',
    `give a member another role: ${ROLES.join(', ')}; the last admin keeps theirs`,
  ).addOption(
    textOption('--organization <name>', 'in which of their organisations; needed where they are in several'),
  );
  withExamples(set, ['boomgate people set-role bob@acme.example admin']);
  type Values = PlaceValues & { readonly organization?: string };
  plans<Values>(set, registration, ([email = '', given = ''], { organization, ...place }, facts) => {
    const role = readOneOf(ROLES)(given);
    if (!role.ok) return { kind: 'wrong_use', message: role.message };
    const where = { ...placeOf(place, facts), ...present({ organization }) };
    return { kind: 'people_set_role', email: emailOf([email]), role: role.value, ...where };
  });
}

function addChangeEmail(people: Command, registration: Registration): void {
  const change = placed(
    people,
    'change-email <email> <new>',
    'give an account another e-mail; reset links and invitations for the old one end, all else stays',
  );
  withExamples(change, ['boomgate people change-email ann@acme.example ann.smith@acme.example']);
  plans<PlaceValues>(change, registration, ([email = '', next = ''], place, facts) => ({
    kind: 'people_change_email',
    email: emailOf([email]),
    next: emailOf([next]),
    ...placeOf(place, facts),
  }));
}

function addRemove(people: Command, registration: Registration): void {
  const remove = placed(
    people,
    'remove <email>',
    'remove an account for good, from all its organisations; the logs keep its name',
  ).addOption(new Option('-y, --yes', 'do not ask'));
  type Values = PlaceValues & { readonly yes?: true };
  plans<Values>(remove, registration, (given, { yes = false, ...place }, facts) => ({
    kind: 'people_remove',
    email: emailOf(given),
    yes,
    ...placeOf(place, facts),
  }));
}

const emailOf = ([email = '']: readonly string[]): string => email.trim().toLowerCase();
