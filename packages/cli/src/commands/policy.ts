import type { Facts } from '../facts.ts';
import type { Labels, Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { readingInputOnce } from './inputs.ts';
import { databaseOption, dataOption, labelOption, textOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { addReplay, addSuggest } from './policy-log.ts';
import { readMoment, readOneOf, readWholeNumber } from './values.ts';

/** Calls that one simulation makes at most. */
const MAX_SIMULATED_CALLS = 10_000;

export function addPolicy(program: Command, registration: Registration): void {
  const policy = program
    .command('policy')
    .description(
      'check, format, test, try out, replay, suggest, compare and import policies; show those of the gateway',
    )
    .helpCommand(false);
  withExamples(policy, [
    'boomgate policy check policy.json',
    'boomgate policy simulate policy.json --tool read_file',
  ]);
  addCheck(policy, registration);
  addFormat(policy, registration);
  addTest(policy, registration);
  addSimulate(policy, registration);
  addReplay(policy, registration);
  addSuggest(policy, registration);
  addDiff(policy, registration);
  addImport(policy, registration);
  addList(policy, registration);
  addVersions(policy, registration);
  addShow(policy, registration);
}

/** Versions that are listed at most. */
const MAX_VERSIONS = 1_000;
const DEFAULT_VERSIONS = 20;

type StoredValues = PlaceValues & { readonly limit?: number; readonly version?: number };

function addList(policy: Command, registration: Registration): void {
  const command = policy
    .command('list')
    .description('list the policies of the gateway: what was saved, and what grants name')
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(command, ['boomgate policy list']);
  plans<StoredValues>(command, registration, (_, place, facts) => ({
    kind: 'policy_list',
    ...placeOf(place, facts),
  }));
}

function addVersions(policy: Command, registration: Registration): void {
  const command = policy
    .command('versions <name>')
    .description('list the versions of a policy of the gateway, newest first')
    .addOption(
      valued('--limit <n>', `how many (default: ${DEFAULT_VERSIONS})`, readWholeNumber(1, MAX_VERSIONS)),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(command, ['boomgate policy versions support']);
  plans<StoredValues>(
    command,
    registration,
    ([name = ''], { limit = DEFAULT_VERSIONS, ...place }, facts) => ({
      kind: 'policy_versions',
      policy: name,
      limit,
      ...placeOf(place, facts),
    }),
  );
}

function addShow(policy: Command, registration: Registration): void {
  const command = policy
    .command('show <name>')
    .description('print the document of a policy of the gateway')
    .addOption(
      valued('--version <n>', 'which version (default: the one in force)', readWholeNumber(1, MAX_VERSION)),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(command, ['boomgate policy show support', 'boomgate policy show support --version 3']);
  plans<StoredValues>(command, registration, ([name = ''], { version, ...place }, facts) => ({
    kind: 'policy_show',
    policy: name,
    ...placeOf(place, facts),
    ...present({ version }),
  }));
}

/** Versions that a policy has at most, as a number of the API. */
const MAX_VERSION = 1_000_000;

function addCheck(policy: Command, registration: Registration): void {
  const command = policy
    .command('check <files...>')
    .description('find what is wrong with policy files ("-" is stdin); exit 1 if anything is')
    .addOption(
      textOption('--tools <file>', 'check them against the existing tools, one a line as for classify'),
    );
  withExamples(command, [
    'boomgate policy check policies/*.json',
    'boomgate policy check policy.yaml --json',
    'boomgate policy check policy.json --tools tools.jsonl',
  ]);
  plans<{ readonly tools?: string }>(command, registration, (files, { tools }) =>
    readingInputOnce([...files, tools], { kind: 'policy_check', files, ...present({ tools }) }),
  );
}

function addFormat(policy: Command, registration: Registration): void {
  const command = policy
    .command('fmt <files...>')
    .description('print policies in the canonical form')
    .option('--check', 'only name the files that are not canonical; exit 1 if there are any')
    .option('--write', 'change the files in place');
  withExamples(command, ['boomgate policy fmt policy.json', 'boomgate policy fmt --write policies/*.json']);
  plans<FormatValues>(command, registration, planFormat);
}

type FormatValues = { readonly check?: true; readonly write?: true };

function planFormat(files: readonly string[], { check, write }: FormatValues): Plan {
  if (check && write) return { kind: 'wrong_use', message: 'expected --check or --write, found both' };
  if (write && files.includes('-'))
    return { kind: 'wrong_use', message: 'expected files to change, found "-": leave out --write to print' };
  const mode = check ? 'check' : write ? 'write' : 'print';
  return readingInputOnce(files, { kind: 'policy_format', files, mode });
}

function addTest(policy: Command, registration: Registration): void {
  const command = policy
    .command('test <files...>')
    .description('run case files against their policies; exit 1 if a case fails')
    .addOption(textOption('--policy <file>', 'the policy for cases that have none'));
  withExamples(command, [
    'boomgate policy test cases.yaml',
    'boomgate policy test cases.yaml --policy policy.json',
  ]);
  plans<{ readonly policy?: string }>(command, registration, (files, { policy: file }) =>
    readingInputOnce([...files, file], { kind: 'policy_test', files, ...present({ policy: file }) }),
  );
}

function addSimulate(policy: Command, registration: Registration): void {
  const command = policy
    .command('simulate <policy>')
    .description('decide a call without making it, and show why; exit 1 if refused')
    .addOption(textOption('-t, --tool <name>', 'the tool that is called'))
    .addOption(textOption('-a, --args <json>', 'its arguments, as JSON or as @file (default: {})'))
    .addOption(labelOption('--grant-label <k=v>', 'a label of the grant; may be repeated'))
    .addOption(valued('--at <moment>', 'when, as 2026-11-22T16:30:00Z (default: now)', readMoment))
    .addOption(
      valued(
        '-n, --times <n>',
        'how many at once, to see limits work',
        readWholeNumber(1, MAX_SIMULATED_CALLS),
      ),
    )
    .addOption(
      textOption('--tools <file>', 'definitions to look the tool up in, one a line as for classify'),
    );
  withExamples(command, [
    'boomgate policy simulate policy.json --tool refund --args \'{"amount": 5}\'',
    'boomgate policy simulate policy.json --tool refund --times 11',
    'boomgate policy simulate policy.json --tool refund --tools tools.jsonl',
  ]);
  plans<SimulateValues>(command, registration, planSimulate);
}

type SimulateValues = {
  readonly tool?: string;
  readonly args?: string;
  readonly grantLabel?: Labels;
  readonly at?: number;
  readonly times?: number;
  readonly tools?: string;
};

function planSimulate(given: readonly string[], values: SimulateValues, facts: Facts): Plan {
  const { tool, args = '{}', grantLabel = {}, at, times = 1, tools } = values;
  if (tool === undefined) {
    return { kind: 'wrong_use', message: 'expected the tool that is called, found none: add --tool NAME' };
  }
  const [policy = ''] = given;
  return readingInputOnce([policy, tools], {
    kind: 'policy_simulate',
    policy,
    tool,
    args: args.startsWith('@') ? { from: 'file', path: args.slice(1) } : { from: 'text', text: args },
    grantLabels: grantLabel,
    atMs: at ?? facts.nowMs,
    times,
    ...present({ tools }),
  });
}

function addDiff(policy: Command, registration: Registration): void {
  const command = policy
    .command('diff <old> <new>')
    .description('show what differs; exit 1 if the new one lets more through, or may')
    .addOption(textOption('--tools <file>', 'the existing tools, one a line as for classify'));
  withExamples(command, [
    'boomgate policy diff policy.json policy-new.json',
    'boomgate policy diff old.yaml new.yaml --tools tools.jsonl --json',
  ]);
  plans<{ readonly tools?: string }>(command, registration, ([before = '', after = ''], { tools }) =>
    readingInputOnce([before, after, tools], { kind: 'policy_diff', before, after, ...present({ tools }) }),
  );
}

function addImport(policy: Command, registration: Registration): void {
  const command = policy
    .command('import <file>')
    .description('turn the policy of another product into a version 1 document')
    .addOption(valued('--from <product>', 'intercept (default)', readOneOf(['intercept'])))
    .addOption(textOption('-o, --out <file>', 'write it there instead of to stdout'));
  withExamples(command, ['boomgate policy import intercept.yaml -o policy.json']);
  plans<{ readonly from?: 'intercept'; readonly out?: string }>(
    command,
    registration,
    (given, { from, out }) => ({
      kind: 'policy_import',
      file: given[0] ?? '',
      from: from ?? 'intercept',
      ...present({ out }),
    }),
  );
}
