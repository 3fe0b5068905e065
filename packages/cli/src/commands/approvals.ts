import { defaultDataDirectory } from '../facts.ts';
import type { ApprovalDecidePlan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { dataOption, textOption } from './options.ts';

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
    .description('what waits, and what is approved and not used yet')
    .option('--all', 'also what has ended')
    .addOption(dataOption());
  plans<{ readonly all?: true; readonly data?: string }>(list, registration, (_, { all, data }, facts) => ({
    kind: 'approval_list',
    all: all === true,
    data: data ?? defaultDataDirectory(facts),
  }));
  const show = approvals
    .command('show <id>')
    .description('the whole call, the rule that asks, and who decided')
    .addOption(dataOption());
  plans<{ readonly data?: string }>(show, registration, (given, { data }, facts) => ({
    kind: 'approval_show',
    approval: given[0] ?? '',
    data: data ?? defaultDataDirectory(facts),
  }));
  for (const verdict of VERDICTS) addVerb(approvals, verdict, registration);
}

type DecideValues = { readonly note?: string; readonly data?: string };

function addVerb(
  approvals: Command,
  verdict: ApprovalDecidePlan['verdict'],
  registration: Registration,
): void {
  const command = approvals
    .command(`${verdict} <id>`)
    .description(`${VERBS[verdict]}, as the user of this machine who runs the command`)
    .addOption(textOption('--note <text>', 'why; the agent is told it when the call is refused'))
    .addOption(dataOption());
  plans<DecideValues>(command, registration, (given, { data, note }, facts) => ({
    kind: 'approval_decide',
    approval: given[0] ?? '',
    verdict,
    by: facts.user,
    data: data ?? defaultDataDirectory(facts),
    ...present({ note }),
  }));
}
