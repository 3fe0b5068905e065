import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { addIndex } from './catalogue-index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { databaseOption, dataOption, textOption } from './options.ts';
import { type PlaceValues, placeOf } from './place.ts';

export function addCatalogue(program: Command, registration: Registration): void {
  const catalogue = program
    .command('catalogue')
    .description('what is known about servers, their tools and attacks on them')
    .helpCommand(false);
  const show = catalogue
    .command('show <server> [tool]')
    .description('show the page of a server, or of one of its tools')
    .addOption(
      textOption('--tools <file>', 'read the tools of a file, one a line as for "classify"; "-" is stdin'),
    )
    .addOption(dataOption())
    .addOption(databaseOption());
  withExamples(show, [
    'boomgate catalogue show comfyui',
    'boomgate catalogue show comfyui comfy_cancel_generation',
    'boomgate catalogue show comfyui comfy_cancel_generation --tools tools.jsonl',
  ]);
  plans<ShowValues>(show, registration, planShow);
  addIndex(catalogue, registration);
  const attacks = catalogue
    .command('attacks [attack]')
    .description('show the page of an attack, or all their names');
  withExamples(attacks, ['boomgate catalogue attacks', 'boomgate catalogue attacks tool-poisoning']);
  plans(attacks, registration, ([attack]) => ({ kind: 'attack_page', ...present({ attack }) }));
}

type ShowValues = PlaceValues & { readonly tools?: string };

/** From a file where one is given, else from the index. */
function planShow(
  [server = '', tool]: readonly string[],
  { tools, ...place }: ShowValues,
  facts: Facts,
): Plan {
  if (tools !== undefined) return { kind: 'catalogue_page', server, ...present({ tool }), tools };
  return { kind: 'index_page', server, ...present({ tool }), ...placeOf(place, facts) };
}
