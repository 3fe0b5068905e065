import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { configOption, databaseOption, dataOption, serverOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readFingerprint } from './values.ts';

export function addDrift(program: Command, registration: Registration): void {
  const drift = program
    .command('drift')
    .description('tools that are new or changed, and wait for a person')
    .helpCommand(false);
  withExamples(drift, [
    'boomgate drift list',
    'boomgate drift show files delete_file',
    'boomgate drift accept files delete_file --fingerprint 0123456789abcdef',
  ]);
  const list = drift
    .command('list')
    .description('list all that wait; exit code 1 if there are any')
    .addOption(serverOption('only of this server'))
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<ListValues>(list, registration, planList);
  const show = drift
    .command('show <server> <tool>')
    .description('show what changed, and the rules that look at it')
    .addOption(configOption())
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<ShowValues>(show, registration, planShow);
  const accept = drift
    .command('accept <server> [tool]')
    .description('accept the definition that was shown, so that calls pass')
    .option('--all', 'all listed tools of the server')
    .addOption(
      valued('--fingerprint <hex>', 'the one that was shown; anything else is not accepted', readFingerprint),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<AcceptValues>(accept, registration, planAccept);
}

type ListValues = PlaceValues & { readonly server?: string };
type ShowValues = PlaceValues & { readonly config?: string };
type AcceptValues = PlaceValues & { readonly all?: true; readonly fingerprint?: string };

function planList(_: readonly string[], { server, ...place }: ListValues, facts: Facts): Plan {
  return { kind: 'drift_list', ...placeOf(place, facts), ...present({ server }) };
}

function planShow([server = '', tool = '']: readonly string[], values: ShowValues, facts: Facts): Plan {
  const { config } = values;
  return { kind: 'drift_show', ...placeOf(values, facts), server, tool, ...present({ config }) };
}

function planAccept([server = '', tool]: readonly string[], values: AcceptValues, facts: Facts): Plan {
  const { all = false, fingerprint } = values;
  if ((tool === undefined) !== all) {
    const found = all ? 'both' : 'neither';
    return { kind: 'wrong_use', message: `expected the name of a tool or --all, found ${found}` };
  }
  if (fingerprint === undefined) {
    const message = all
      ? 'expected --fingerprint of what was listed, found none: "boomgate drift list" prints the command'
      : 'expected --fingerprint of what was shown, found none: "boomgate drift show" prints the command';
    return { kind: 'wrong_use', message };
  }
  return { kind: 'drift_accept', ...placeOf(values, facts), server, fingerprint, ...present({ tool }) };
}
