import type { Facts } from '../facts.ts';
import type { AuditPlanFilter, ExportFormat, KnownHeads, Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { cursorFileOption, formatOf, formatOption, MAX_ENTRIES, NO_LIMIT } from './log.ts';
import { databaseOption, dataOption, textOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readHeads, readSince, readWholeNumber } from './values.ts';

const DEFAULT_ACTS = 50;

type VerifyValues = PlaceValues & { readonly head?: KnownHeads };

export function addAudit(program: Command, registration: Registration): void {
  const audit = program
    .command('audit')
    .description('what people changed, and whether the logs are intact')
    .helpCommand(false);
  withExamples(audit, ['boomgate audit list', 'boomgate audit verify']);
  const verify = audit
    .command('verify')
    .description('name every row that was changed, removed, moved or inserted')
    .addOption(
      valued(
        '--head <heads>',
        'the ends that an earlier run printed; the logs must still contain them',
        readHeads,
      ),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(verify, ['boomgate audit verify', 'boomgate audit verify --json']);
  plans<VerifyValues>(verify, registration, planVerify);
  addAccept(audit, registration);
  addList(audit, registration);
  addExport(audit, registration);
}

function planVerify(_: readonly string[], { head, ...place }: VerifyValues, facts: Facts): Plan {
  return { kind: 'audit_verify', ...placeOf(place, facts), ...present({ head }) };
}

function addAccept(audit: Command, registration: Registration): void {
  const accept = audit
    .command('accept <code>')
    .description(
      'let findings stand that you have looked into, so that old rows are deleted again; the audit log keeps that you did, and audit verify says so. The code is what it printed',
    )
    .addOption(textOption('--reason <text>', 'what happened to the rows').makeOptionMandatory())
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(accept, [
    'boomgate audit accept 3f9c0d5a7be14c2286aa --reason "disk fault of 3 May, restored"',
  ]);
  type Values = PlaceValues & { readonly reason: string };
  plans<Values>(accept, registration, ([code = ''], { reason, ...place }, facts) => ({
    kind: 'audit_accept',
    code,
    reason,
    ...placeOf(place, facts),
  }));
}

type ActValues = PlaceValues & {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly text?: string;
  readonly since?: number;
  readonly limit?: number;
  readonly tail?: true;
  readonly cursorFile?: string;
  readonly format?: ExportFormat;
};

function withFilters(command: Command, { facts }: Registration): Command {
  return command
    .addOption(textOption('--actor <name>', 'only what this person, key or program did'))
    .addOption(textOption('--action <code>', 'only this action, as grant.revoked, or its noun'))
    .addOption(textOption('--target <name>', 'only changes to this'))
    .addOption(textOption('--text <text>', 'only where it occurs in action, target or actor'))
    .addOption(valued('--since <when>', 'only since then, as 10m or a moment', readSince(facts.nowMs)))
    .addOption(dataOption())
    .addOption(databaseOption());
}

const filterOf = ({ actor, action, since, target, text }: ActValues): AuditPlanFilter =>
  present({ actor, action, target, text, sinceMs: since });

function addList(audit: Command, registration: Registration): void {
  const list = withFilters(audit.command('list').description('list the newest acts'), registration)
    .addOption(
      valued('-n, --limit <n>', `newest acts (default: ${DEFAULT_ACTS})`, readWholeNumber(1, MAX_ENTRIES)),
    )
    .addOption(cursorFileOption('acts that'))
    .option('-f, --tail', 'with --cursor-file: keep showing new acts until Ctrl-C');
  withExamples(list, [
    'boomgate audit list --action grant --since 7d',
    'boomgate audit list --tail --json --cursor-file sent',
  ]);
  plans<ActValues>(list, registration, planList);
}

function planList(_: readonly string[], values: ActValues, facts: Facts): Plan {
  const { cursorFile, limit, tail = false } = values;
  const wanted = { ...placeOf(values, facts), filter: filterOf(values) };
  if (cursorFile === undefined) {
    if (tail)
      return { kind: 'wrong_use', message: 'expected --cursor-file FILE with --tail, found --tail alone' };
    return { kind: 'audit_list', ...wanted, limit: limit ?? DEFAULT_ACTS };
  }
  if (limit !== undefined) return NO_LIMIT;
  return { kind: 'audit_forward', ...wanted, cursorFile, follow: tail };
}

function addExport(audit: Command, registration: Registration): void {
  const command = withFilters(
    audit.command('export <file>').description('write all acts into a new file, or - for stdout'),
    registration,
  ).addOption(formatOption());
  withExamples(command, ['boomgate audit export acts.csv']);
  plans<ActValues>(command, registration, (given, values, facts) => ({
    kind: 'audit_export',
    ...placeOf(values, facts),
    file: given[0] ?? '',
    format: formatOf(given[0] ?? '', values.format),
    filter: filterOf(values),
  }));
}
