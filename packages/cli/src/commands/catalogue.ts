import { defaultDataDirectory, type Facts } from '../facts.ts';
import type { Plan } from '../plan.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { dataOption, textOption } from './options.ts';

export function addCatalogue(program: Command, registration: Registration): void {
  const catalogue = program
    .command('catalogue')
    .description('what is known of servers, their tools and attacks on them')
    .helpCommand(false);
  const show = catalogue
    .command('show <server> [tool]')
    .description('the page of a server, or of one of its tools')
    .addOption(
      textOption('--tools <file>', 'a file of tools instead of what the gateway serves, as for "classify"'),
    )
    .addOption(dataOption());
  withExamples(show, [
    'boomgate catalogue show comfyui comfy_cancel_generation',
    'boomgate catalogue show comfyui --tools tools.jsonl',
  ]);
  plans<ShowValues>(show, registration, planShow);
  const attacks = catalogue
    .command('attacks [attack]')
    .description('the page of an attack, or all their names');
  withExamples(attacks, ['boomgate catalogue attacks', 'boomgate catalogue attacks tool-poisoning']);
  plans(attacks, registration, ([attack]) => ({ kind: 'attack_page', ...present({ attack }) }));
}

type ShowValues = { readonly tools?: string; readonly data?: string };

export function planShow(
  [server = '', tool]: readonly string[],
  { data, tools }: ShowValues,
  facts: Facts,
): Plan {
  const source = tools === undefined ? { data: data ?? defaultDataDirectory(facts) } : { tools };
  return { kind: 'catalogue_page', server, ...present({ tool }), ...source };
}
