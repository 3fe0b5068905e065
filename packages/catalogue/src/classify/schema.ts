import type { Argument } from './arguments.ts';
import { readChoices } from './description.ts';
import type { Finding } from './finding.ts';
import { verbOf } from './lexicon.ts';
import { meaningOf } from './objects.ts';
import { quotation, wordsOfName } from './text.ts';

/** Arguments whose choices are what the tool does; those of the second set also as parts of others, such as a list of steps. */
const SELECTORS: ReadonlySet<string> = new Set(
  'action actions operation operations op command method mode verb subcommand task type'.split(' '),
);
const SELECTORS_OF_PARTS: ReadonlySet<string> = new Set(
  'action actions operation operations op command method'.split(' '),
);
/** Arguments that carry something to be run. */
export const RUNNABLE: ReadonlySet<string> = new Set(
  'sql code script command cmd commands shell bash javascript python expression applescript statement statements cypher'.split(
    ' ',
  ),
);
const AMOUNTS: ReadonlySet<string> = new Set('amount price total quantity value'.split(' '));
const MONEY_PARTNERS: ReadonlySet<string> = new Set(
  'currency recipient wallet payee beneficiary iban account'.split(' '),
);

/** What the shape of the arguments says, given what the name says. */
export function readSchema(all: readonly Argument[], named: readonly Finding[]): readonly Finding[] {
  if (all.length === 0) return [];
  const found: Finding[] = [];
  for (const argument of all) found.push(...readSelector(argument));
  const args = all.filter(({ isPart }) => !isPart);
  for (const argument of args) found.push(...readSwitch(argument));
  found.push(...readRunnable(args, named), ...readPrompt(args, named), ...readMoney(args, named));
  return found;
}

/** `action: "list" | "delete"`: the tool can do the worst of them. */
function readSelector({ words, choices, isPart }: Argument): readonly Finding[] {
  const selectors = isPart ? SELECTORS_OF_PARTS : SELECTORS;
  if (choices.length === 0 || !words.some((word) => selectors.has(word))) return [];
  return readChoices(
    choices.map((choice) => wordsOfName(choice)[0] ?? ''),
    'inputSchema',
  );
}

/** A switch such as `delete_source: boolean`. Taking something out of a queue is not deleting it. */
function readSwitch({ name, words, type }: Argument): readonly Finding[] {
  if (type !== 'boolean') return [];
  const verb = verbOf(words[0] ?? '');
  if (verb?.class !== 'Destructive' || !verb.strong || verb.base === 'overwrite') return [];
  const { class: toolClass } = meaningOf(verb, words.slice(1));
  return [finding(name, toolClass, `the option "${quotation(name, 60)}"`)];
}

/** Code or a command among the arguments is run, unless the name says that it is only looked at or stored. */
function readRunnable(args: readonly Argument[], named: readonly Finding[]): readonly Finding[] {
  if (named.some(({ strong, class: toolClass }) => strong && toolClass !== 'Execute')) return [];
  const code = args.find(
    ({ words, type, choices }) =>
      (type === 'string' || type === '') && choices.length === 0 && RUNNABLE.has(words.at(-1) ?? ''),
  );
  if (code === undefined) return [];
  return [
    finding(code.name, 'Execute', `the argument "${quotation(code.name, 60)}", which takes something to run`),
  ];
}

/** A model that is set to work on a text of the agent's own spends compute or money on it. */
function readPrompt(args: readonly Argument[], named: readonly Finding[]): readonly Finding[] {
  const makes = named.some(({ verb }) => verb === 'generate' || verb === 'render');
  const prompt = makes
    ? args.find(({ words }) => words.includes('prompt') || words.includes('workflow'))
    : undefined;
  if (prompt === undefined) return [];
  return [
    finding(
      prompt.name,
      'Execute',
      `the argument "${quotation(prompt.name, 60)}", which sets a model to work`,
    ),
  ];
}

/** An amount beside a currency or a recipient, where something is done with it. */
function readMoney(args: readonly Argument[], named: readonly Finding[]): readonly Finding[] {
  const acts = named.some(({ class: toolClass }) => toolClass === 'Write' || toolClass === 'Execute');
  if (!acts) return [];
  const amount = args.find(({ words }) => words.some((word) => AMOUNTS.has(word)));
  const partner = args.find(({ words }) => words.some((word) => MONEY_PARTNERS.has(word)));
  if (amount === undefined || partner === undefined || amount === partner) return [];
  const quote = `${quotation(amount.name, 60)}, ${quotation(partner.name, 60)}`;
  return [finding(quote, 'Financial', `the arguments "${quote}"`)];
}

function finding(name: string, toolClass: Finding['class'], because: string): Finding {
  return { field: 'inputSchema', quote: quotation(name, 130), class: toolClass, because, strong: true };
}
