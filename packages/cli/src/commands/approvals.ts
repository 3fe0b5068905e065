import type { ApprovalDecidePlan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, textOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

const VERBS = {
  approve: 'let the call through, once',
  deny: 'refuse the call',
} as const satisfies Record<ApprovalDecidePlan['verdict'], string>;
const VERDICTS = ['approve', 'deny'] as const;

export function addApprovals(program: Command, registration: Registration): void {
  const approvals = program
    .command('approvals')
    .description('calls that wait for a person: see and decide them')
    .helpCommand(false);
  withExamples(approvals, ['boomgate approvals list', 'boomgate approvals approve apr_… --note "as agreed"']);
  const list = approvals
    .command('list')
    .description('list what waits, and what is approved but not used yet')
    .option('--all', 'include what has ended')
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues & { readonly all?: true }>(list, registration, (_, { all, ...place }, facts) => ({
    kind: 'approval_list',
    all: all === true,
    ...placeOf(place, facts),
  }));
  const show = approvals
    .command('show <id>')
    .description('show the whole call, the rule that asks, and who decided')
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<PlaceValues>(show, registration, (given, place, facts) => ({
    kind: 'approval_show',
    approval: given[0] ?? '',
    ...placeOf(place, facts),
  }));
  for (const verdict of VERDICTS) addVerb(approvals, verdict, registration);
}

type DecideValues = PlaceValues & { readonly note?: string };

function addVerb(
  approvals: Command,
  verdict: ApprovalDecidePlan['verdict'],
  registration: Registration,
): void {
  const command = approvals
    .command(`${verdict} <id>`)
    .description(`${VERBS[verdict]}, as the user of this machine who runs the command`)
    .addOption(textOption('--note <text>', 'why; shown to the agent if the call is refused'))
    .addOption(dataOption())
    .addOption(databaseOption());
  plans<DecideValues>(command, registration, (given, { note, ...place }, facts) => ({
    kind: 'approval_decide',
    approval: given[0] ?? '',
    verdict,
    by: facts.user,
    ...placeOf(place, facts),
    ...present({ note }),
  }));
}
