import type { Facts } from '../facts.ts';
import type { LoggedPeriod, Plan, WrongUsePlan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, serverOption, textOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readSince } from './values.ts';

/** What a policy would have said of calls that were made. */
export function addReplay(policy: Command, registration: Registration): void {
  const command = withPeriod(
    policy
      .command('replay <policy>')
      .description('decide calls in the log by a policy; exit 1 if any is decided differently, or may be'),
    registration,
  );
  withExamples(command, [
    'boomgate policy replay draft.json --server github',
    'boomgate policy replay draft.json --server github --grant laptop --since 30d',
  ]);
  plans<PeriodValues>(command, registration, ([file = ''], values, facts) =>
    withServer(values, facts, (period) => ({ kind: 'policy_replay', policy: file, ...period })),
  );
}

/** The smallest policy that would have allowed what was let through. */
export function addSuggest(policy: Command, registration: Registration): void {
  const command = withPeriod(
    policy
      .command('suggest')
      .description('print the smallest policy that would have allowed what the log shows as let through')
      .addOption(textOption('-o, --out <file>', 'write it there instead of to stdout')),
    registration,
  );
  withExamples(command, ['boomgate policy suggest --server github --since 7d -o github.json']);
  plans<PeriodValues & { readonly out?: string }>(command, registration, (_, { out, ...values }, facts) =>
    withServer(values, facts, (period) => ({ kind: 'policy_suggest', ...period, ...present({ out }) })),
  );
}

type PeriodValues = PlaceValues & {
  readonly server?: string;
  readonly grant?: string;
  readonly since?: number;
};

function withPeriod(command: Command, { facts }: Registration): Command {
  return command
    .addOption(serverOption('whose calls'))
    .addOption(textOption('--grant <name>', 'only of this grant'))
    .addOption(
      valued('--since <when>', 'only since then, as 10m or a moment (default: 7d)', readSince(facts.nowMs)),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
}

function withServer(
  { grant, server, since, ...place }: PeriodValues,
  facts: Facts,
  plan: (period: LoggedPeriod) => Plan,
): Plan | WrongUsePlan {
  if (server === undefined)
    return { kind: 'wrong_use', message: 'expected the server whose calls, found none: add --server NAME' };
  return plan({ server, ...placeOf(place, facts), ...present({ grant, sinceMs: since }) });
}
