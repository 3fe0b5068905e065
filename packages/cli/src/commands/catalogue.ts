import type { Plan } from '../plan.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { textOption } from './options.ts';

export function addCatalogue(program: Command, registration: Registration): void {
  const catalogue = program
    .command('catalogue')
    .description('what is known of servers, their tools and attacks on them')
    .helpCommand(false);
  const show = catalogue
    .command('show <server> [tool]')
    .description('the page of a server, or of one of its tools')
    .addOption(textOption('--tools <file>', 'the tools to read, one a line as for "classify"; "-" is stdin'));
  withExamples(show, [
    'boomgate catalogue show comfyui --tools tools.jsonl',
    'boomgate catalogue show comfyui comfy_cancel_generation --tools tools.jsonl',
  ]);
  plans<{ readonly tools?: string }>(show, registration, planShow);
  const attacks = catalogue
    .command('attacks [attack]')
    .description('the page of an attack, or all their names');
  withExamples(attacks, ['boomgate catalogue attacks', 'boomgate catalogue attacks tool-poisoning']);
  plans(attacks, registration, ([attack]) => ({ kind: 'attack_page', ...present({ attack }) }));
}

export function planShow(
  [server = '', tool]: readonly string[],
  { tools }: { readonly tools?: string },
): Plan {
  if (tools === undefined)
    return { kind: 'wrong_use', message: 'expected a file of tools, found none: add --tools FILE' };
  return { kind: 'catalogue_page', server, ...present({ tool }), tools };
}
