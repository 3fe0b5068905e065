import { type Command, plans, type Registration, withExamples } from './command.ts';

export function addClassify(program: Command, registration: Registration): void {
  const command = program
    .command('classify <file>')
    .description('say what kind of harm tools can do; exit 1 if a line is not a tool')
    .addHelpText('after', `\n${FORMAT}`);
  withExamples(command, [
    'boomgate classify tools.jsonl',
    'boomgate classify tools.jsonl --json',
    'boomgate classify - --json < tools.jsonl',
  ]);
  plans(command, registration, (given) => ({ kind: 'classify', file: given[0] ?? '' }));
}

const FORMAT = `The file has one tool a line, "-" is standard input:
  {"name": …, "server"?, "title"?, "description"?, "inputSchema"?,
   "annotations"?}
and each line gives one line, in the same order.`;
