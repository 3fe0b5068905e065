import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/index.ts';
import { type Command, plans, present, type Registration, withExamples } from './command.ts';
import { textOption } from './options.ts';

type ApplyValues = { readonly against?: string };

export function addApply(program: Command, registration: Registration): void {
  const command = program
    .command('apply')
    .description(
      'replace the configuration file in force, which a running gateway applies at once; --dry-run shows what would change',
    )
    .argument('<file>', 'the new configuration file')
    .addOption(textOption('--against <file>', 'the file in force (default: ./boomgate.config.json)'));
  withExamples(command, [
    'boomgate apply next.config.json --dry-run',
    'boomgate apply next.config.json',
    'boomgate apply next.config.json --dry-run --against boomgate.config.json',
  ]);
  plans<ApplyValues>(command, registration, planApply);
}

function planApply([file = '']: readonly string[], { against }: ApplyValues, _: Facts): Plan {
  return { kind: 'apply', file, ...present({ against }) };
}
