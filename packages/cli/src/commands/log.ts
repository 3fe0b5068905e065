import { withoutRefusalMark } from '@boomgate/contract/refusal-mark';
import type { Facts } from '../facts.ts';
import { EXPORT_FORMATS, type ExportFormat, type Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, serverOption, textOption, valued } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';
import { readAddress, readOneOf, readSince, readWholeNumber } from './values.ts';

/** Entries shown unless told otherwise, and at most; the store's own bound. */
const DEFAULT_ENTRIES = 50;
export const MAX_ENTRIES = 10_000;

const LOG_OUTCOMES = ['allow', 'deny', 'hide', 'limit', 'approve', 'malformed', 'error', 'served'] as const;

type LogValues = PlaceValues & {
  readonly tail?: true;
  readonly server?: string;
  readonly grant?: string;
  readonly tool?: string;
  readonly outcome?: (typeof LOG_OUTCOMES)[number];
  readonly method?: string;
  readonly address?: string;
  readonly text?: string;
  readonly secrets?: true;
  readonly since?: number;
  readonly limit?: number;
  readonly cursorFile?: string;
  readonly export?: string;
  readonly format?: ExportFormat;
};

export function addLog(program: Command, registration: Registration): void {
  const command = program
    .command('log')
    .description('show the decision log, also while the gateway runs')
    .option('-f, --tail', 'keep showing new requests until Ctrl-C')
    .addOption(serverOption('only this server'))
    .addOption(textOption('--grant <name>', 'only this grant'))
    .addOption(textOption('--tool <name>', 'only this tool, prompt or resource'))
    .addOption(valued('--outcome <outcome>', LOG_OUTCOMES.join(', '), readOneOf(LOG_OUTCOMES)))
    .addOption(textOption('--method <method>', 'only this method, such as tools/call'))
    .addOption(valued('--address <address>', 'only what came from this address', readAddress))
    .addOption(textOption('--text <text>', 'only where it occurs in target, rule, message or method'))
    .option('--secrets', 'only what held what looks like a secret, or whose answer did')
    .addOption(
      valued('--since <when>', 'only since then, as 10m or a moment', readSince(registration.facts.nowMs)),
    )
    .addOption(
      valued(
        '-n, --limit <n>',
        `newest entries (default: ${DEFAULT_ENTRIES})`,
        readWholeNumber(1, MAX_ENTRIES),
      ),
    )
    .addOption(cursorFileOption('requests that are over and that'))
    .addOption(textOption('--export <file>', 'write all that match into a new file, or - for stdout'))
    .addOption(formatOption())
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(command, [
    'boomgate log --tail',
    'boomgate log --outcome deny --since 1h --json',
    'boomgate log --since 30d --export october.csv',
    'boomgate log --tail --json --cursor-file sent',
  ]);
  plans<LogValues>(command, registration, planLog);
}

const SECRETS_ARE_SEEN_LATER =
  'expected --cursor-file FILE with --secrets and --tail: what an answer holds is known once its request is over, which that waits for';

export const NO_LIMIT: Plan = {
  kind: 'wrong_use',
  message: 'expected --cursor-file without --limit: it takes all',
};

/** How an export is written: as was asked for, else as the name of the file says. */
export const formatOf = (file: string, asked: ExportFormat | undefined): ExportFormat =>
  asked ?? (/\.csv$/i.test(file) ? 'csv' : 'ndjson');

export const cursorFileOption = (what: string) =>
  textOption('--cursor-file <file>', `${what} no run with this file has written yet`);

export const formatOption = () =>
  valued(
    '--format <format>',
    `of an export: ${EXPORT_FORMATS.join(', ')} (default: csv for FILE.csv, else ndjson)`,
    readOneOf(EXPORT_FORMATS),
  );

function planLog(_: readonly string[], values: LogValues, facts: Facts): Plan {
  const { tail = false, tool, since, limit, server, grant, outcome, method, text, format } = values;
  const { address, cursorFile, secrets } = values;
  const place = placeOf(values, facts);
  const filter = present({
    ...{ server, grant, outcome, method, address, target: tool, sinceMs: since },
    text: text === undefined ? undefined : withoutRefusalMark(text),
    secrets: secrets === undefined ? undefined : ('seen' as const),
  });
  const file = values.export;
  if (file === undefined) {
    if (format !== undefined)
      return { kind: 'wrong_use', message: 'expected --export FILE with --format, found --format alone' };
    if (cursorFile === undefined && tail && secrets !== undefined)
      return { kind: 'wrong_use', message: SECRETS_ARE_SEEN_LATER };
    if (cursorFile === undefined)
      return { kind: 'log', ...place, follow: tail, limit: limit ?? DEFAULT_ENTRIES, filter };
    if (limit !== undefined) return NO_LIMIT;
    return { kind: 'log_forward', ...place, cursorFile, follow: tail, filter };
  }
  if (tail || limit !== undefined || cursorFile !== undefined)
    return {
      kind: 'wrong_use',
      message: 'expected --export without --tail, --limit and --cursor-file: it takes all',
    };
  return { kind: 'log_export', ...place, file, format: formatOf(file, format), filter };
}
