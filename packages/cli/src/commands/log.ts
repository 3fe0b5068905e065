import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { Plan } from '../plan.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { dataOption, serverOption, textOption, valued } from './options.ts';
import { readOneOf, readSince, readWholeNumber } from './values.ts';

/** Entries shown unless told otherwise, and at most; the store's own bound. */
const DEFAULT_ENTRIES = 50;
export const MAX_ENTRIES = 10_000;

export const LOG_OUTCOMES = [
  'allow',
  'deny',
  'hide',
  'limit',
  'approve',
  'malformed',
  'error',
  'served',
] as const;

type LogValues = {
  readonly tail?: true;
  readonly server?: string;
  readonly grant?: string;
  readonly tool?: string;
  readonly outcome?: (typeof LOG_OUTCOMES)[number];
  readonly method?: string;
  readonly since?: number;
  readonly limit?: number;
  readonly data?: string;
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
    .addOption(dataOption());
  withExamples(command, ['boomgate log --tail', 'boomgate log --outcome deny --since 1h --json']);
  plans<LogValues>(command, registration, planLog);
}

export function planLog(_: readonly string[], values: LogValues, facts: Facts): Plan {
  const { tail = false, tool, since, limit = DEFAULT_ENTRIES, data, server, grant, outcome, method } = values;
  return {
    kind: 'log',
    data: data ?? defaultDataDirectory(facts),
    follow: tail,
    limit,
    filter: present({ server, grant, outcome, method, target: tool, sinceMs: since }),
  };
}
