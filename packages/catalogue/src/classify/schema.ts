import { rankOf } from '../classes/index.ts';
import { readAction } from './actions.ts';
import type { Argument } from './arguments.ts';
import { readChoices } from './description.ts';
import type { Finding } from './finding.ts';
import { isRunnable, runsOf, verbOf } from './lexicon.ts';
import { meaningOf } from './objects.ts';
import { quotation, wordsOfName } from './text.ts';

/** Arguments whose choices are what the tool does; those of the second set also as parts of others, such as a list of steps. */
const SELECTORS: ReadonlySet<string> = new Set(
  'action actions operation operations op command method mode verb subcommand task type'.split(' '),
);
const SELECTORS_OF_PARTS: ReadonlySet<string> = new Set(
  'action actions operation operations op command method'.split(' '),
);
const AMOUNTS: ReadonlySet<string> = new Set('amount price total quantity value'.split(' '));
const MONEY_PARTNERS: ReadonlySet<string> = new Set(
  'currency recipient wallet payee beneficiary iban account spender payer'.split(' '),
);
/** Verbs that make something to be looked at. */
const DRAWING_UP: ReadonlySet<string> = new Set(['generate', 'render', 'draft', 'preview', 'format']);

/** What the shape of the arguments says, given what the name says and its words. */
export function readSchema(
  all: readonly Argument[],
  named: readonly Finding[],
  ofTool: readonly string[],
): readonly Finding[] {
  if (all.length === 0) return [];
  const found: Finding[] = [];
  if (!named.some(({ verb }) => SUPPOSING.has(verb ?? '')) && !checksPermission(named, ofTool))
    for (const argument of all) found.push(...readSelector(argument, named, ofTool));
  const args = all.filter(({ isPart }) => !isPart);
  for (const argument of args) found.push(...readSwitch(argument));
  found.push(...readRunnable(args, named, ofTool), ...readRequest(args, named), ...readPrompt(args, named));
  found.push(...readMoney(args, named), ...readWallet(args, named));
  return found;
}

/** What a single action is called. */
const ACTIONS: ReadonlySet<string> = new Set(['action', 'operation', 'op', 'method', 'command']);

/** Verbs of what is not done: of several actions, these tell what one would amount to. */
const SUPPOSING: ReadonlySet<string> = new Set(['calculate', 'estimate', 'predict']);

/** `check_permission` says whether somebody may do what is chosen. */
function checksPermission(named: readonly Finding[], ofTool: readonly string[]): boolean {
  return (
    named.length > 0 &&
    named.every(({ verb }) => verb === 'check') &&
    ofTool.some((word) => /^permissions?$/.test(word))
  );
}

/**
 * `action: "list" | "delete"`: the tool can do the worst of them. Where any text will do, those are taken that the
 * argument's description lists; a tool that manages something by an action that nobody lists does what it is told.
 */
function readSelector(
  argument: Argument,
  named: readonly Finding[],
  ofTool: readonly string[],
): readonly Finding[] {
  const { name, words, choices, isPart, type, description } = argument;
  const selectors = isPart ? SELECTORS_OF_PARTS : SELECTORS;
  const isNamed = words.some((word) => selectors.has(word));
  if (!isNamed && !isOfVerbs(argument, named)) return [];
  const isAction = !isNamed || words.some((word) => SELECTORS_OF_PARTS.has(word));
  const isText = type === 'string' || type === '';
  const isOpen = choices.length === 0 && isText && ACTIONS.has(words.at(-1) ?? '');
  const all = isOpen ? listedIn(description) : choices;
  if (isOpen && !isPart && all.length === 0 && !isTold(named)) return [anyAction(name)];
  const kinds = all.filter((choice) => !isKind(choice, all));
  const [choice] = readChoices(
    kinds.map((one) => actionOf(wordsOfName(one), isAction)),
    'inputSchema',
  );
  const isOne = !isNamed || choosesAction(argument);
  const read = isOne ? readActions(kinds, ofTool) : undefined;
  const worst =
    read !== undefined && rankOf(read.class) > rankOf(choice?.class ?? 'Read') ? read : (choice ?? read);
  return worst === undefined ? [] : [{ ...worst, argument: name }];
}

function anyAction(name: string): Finding {
  const because = `the argument "${quotation(name, 60)}", which takes any action by its name`;
  return { ...finding(name, 'Execute', because), runs: 'actions' };
}

/** Whether a name says by itself what its tool does; to manage is to do what an argument says. */
export const isTold = (named: readonly Finding[]): boolean =>
  named.some(({ strong, verb }) => strong && verb !== 'manage');

/** An argument that lists actions: `operation` and `file_action`, and `method` alone, as a payment's method is none. */
export const choosesAction = ({ choices, isPart, words }: Argument): boolean =>
  choices.length > 0 &&
  !isPart &&
  ACTIONS.has(words.at(-1) ?? '') &&
  (words.length === 1 || words.at(-1) !== 'method');

/** Words of arguments whose choices may be verbs that somebody else does, or may do. */
const OF_OTHERS =
  /^(?:permissions?|privileges?|scopes?|roles?|access|rights?|events?|triggers?|filters?|status|state|level|on|when)$/;

/** Whatever an argument is called, one whose choices are all verbs says what a tool does whose name does not. */
function isOfVerbs({ choices, isPart, type, words }: Argument, named: readonly Finding[]): boolean {
  if (isPart || choices.length < 2 || type === 'array' || isTold(named)) return false;
  if (words.some((word) => OF_OTHERS.test(word))) return false;
  return choices.every((one) => readAction(one, []).class !== undefined);
}

/** The worst of several actions by what they are done to; where it is no worse than Execute, only if all of them are known. */
function readActions(choices: readonly string[], ofTool: readonly string[]): Finding | undefined {
  const actions = choices.map((one) => readAction(one, ofTool));
  const [worst] = actions.toSorted(
    (one, other) => rankOf(other.class ?? 'Read') - rankOf(one.class ?? 'Read'),
  );
  if (worst?.class === undefined) return undefined;
  const strong = rankOf(worst.class) > rankOf('Execute');
  if (!strong && actions.some((one) => one.class === undefined)) return undefined;
  const quote = quotation(String(worst.value), 60);
  return { field: 'inputSchema', quote, class: worst.class, because: `the action "${quote}"`, strong };
}

/** A stop order is a kind of order, and a patch beside a major and a minor one is a version. */
function isKind(choice: string, all: readonly string[]): boolean {
  const [first = '', second = ''] = wordsOfName(choice);
  if (first === 'stop') return /^(?:loss|limit|market|order)$/.test(second);
  return first === 'patch' && all.some((other) => /^(?:major|minor)$/i.test(other));
}

/** The verb of an action leads; in `bulk_delete` and `user.delete` it is at the end. */
function actionOf(words: readonly string[], isAction: boolean): string {
  const [first = ''] = words;
  const last = words.at(-1) ?? '';
  return isAction && verbOf(first) === undefined && verbOf(last)?.strong === true ? last : first;
}

/** Characters of an argument's description that are looked at for a list of actions. */
const MAX_LISTED = 400;
/** A single word between the marks of a list, in quotes or not. */
const LISTED = /^[\s'"`([]*([a-z]\w*)[\s'"`)\].]*$/i;

/** The actions of "One of: list, create or delete", where there are at least two. */
function listedIn(description: string): readonly string[] {
  const text = description.slice(0, MAX_LISTED);
  const parts = text.slice(text.indexOf(':') + 1).split(/[,|/;]|\bor\b|\band\b/);
  const found = parts.flatMap((part) => LISTED.exec(part)?.[1] ?? []);
  return found.length < 2 ? [] : found;
}

/** How a switch says that something is done for good: `permanent`, `hard_delete`. */
const FOR_GOOD: ReadonlySet<string> = new Set([
  'permanent',
  'permanently',
  'hard',
  'force',
  'also',
  'should',
]);

/** What is taken out of a text that is returned or written, such as `remove_comments`, is left out of it and deleted nowhere. */
const LEAVING_OUT: ReadonlySet<string> = new Set(['remove', 'clear']);
const OF_OUTPUT =
  /^(?:base64|scripts?|styles?|comments?|meta|emojis?|whitespace|blanks?|duplicates?|html|markup|stopwords?|punctuation|accents?|output|formatting)$/;

/** A switch such as `delete_source: boolean`. Taking something out of a queue is not deleting it. */
function readSwitch({ name, words, type }: Argument): readonly Finding[] {
  if (type !== 'boolean') return [];
  if (words.length === 1 && /^permanent(?:ly)?$/.test(words[0] ?? '')) return [option(name, 'Destructive')];
  const at = FOR_GOOD.has(words[0] ?? '') ? 1 : 0;
  const verb = verbOf(words[at] ?? '');
  if (verb?.class !== 'Destructive' || !verb.strong || verb.base === 'overwrite') return [];
  const objects = words.slice(at + 1);
  if (LEAVING_OUT.has(verb.base) && objects.some((word) => OF_OUTPUT.test(word))) return [];
  const { class: toolClass } = meaningOf(verb, objects);
  return [option(name, toolClass)];
}

const option = (name: string, toolClass: Finding['class']): Finding => ({
  ...finding(name, toolClass, `the option "${quotation(name, 60)}"`),
  argument: name,
});

/** Verbs that give back what comes of a command, where others look at the command. */
const FETCHING: ReadonlySet<string> = new Set([
  'get',
  'fetch',
  'list',
  'read',
  'retrieve',
  'collect',
  'obtain',
]);
/** What such a verb runs; the code of a thing, or a script by its name, is what it gives back. */
const RUN_TO_FETCH = /^(?:commands?|cmd|shell|bash|sql|statements?|cypher)$/;

const isRun = (words: readonly string[]): boolean => RUN_TO_FETCH.test(words.at(-1) ?? '');
/** As a text, or as a command and its arguments. */
const isGiven = (type: string, words: readonly string[]): boolean =>
  type === 'string' || type === '' || (type === 'array' && /^(?:command|cmd)$/.test(words.at(-1) ?? ''));
/** What is told of a command without running it. */
const OF_COMMANDS =
  /^(?:help|usage|docs?|documentation|reference|manual|man|examples?|schema|commands?|status|history)$/;

/** Code or a command among the arguments is run, unless the name says that it is only looked at or stored. */
function readRunnable(
  args: readonly Argument[],
  named: readonly Finding[],
  ofTool: readonly string[],
): readonly Finding[] {
  const strong = named.filter((one) => one.strong && one.class !== 'Execute');
  const isFetched = strong.length > 0 && strong.every(({ verb }) => FETCHING.has(verb ?? ''));
  if (strong.length > 0 && !isFetched) return [];
  const code = args.find(
    ({ words, type, choices }) =>
      choices.length === 0 &&
      ((isRunnable(words) && isGiven(type, words) && (!isFetched || isRun(words))) ||
        (named.length === 0 && /^(?:string|array)$/.test(type) && /^(?:args|argv)$/.test(words.join(' ')))),
  );
  if (code === undefined || (isFetched && OF_COMMANDS.test(ofTool.at(-1) ?? ''))) return [];
  const because = `the argument "${quotation(code.name, 60)}", which takes something to run`;
  return [{ ...finding(code.name, 'Execute', because), runs: runsOf(code.words.at(-1) ?? '') }];
}

const METHODS: ReadonlySet<string> = new Set(['method', 'verb']);
const ADDRESSES: ReadonlySet<string> = new Set(['path', 'url', 'endpoint', 'uri', 'route']);
const BODIES: ReadonlySet<string> = new Set(['body', 'payload', 'data', 'json', 'headers']);

/** A method, an address and a body are a request of the caller's choice, which may do whatever the other side can. */
function readRequest(args: readonly Argument[], named: readonly Finding[]): readonly Finding[] {
  const lastIn = (set: ReadonlySet<string>): Argument | undefined =>
    args.find(({ words, type }) => type !== 'boolean' && set.has(words.at(-1) ?? ''));
  const method = lastIn(METHODS);
  const address = method === undefined ? undefined : lastIn(ADDRESSES);
  if (method === undefined || address === undefined || lastIn(BODIES) === undefined) return [];
  if (named.some(({ strong, verb }) => strong && SUPPOSING.has(verb ?? ''))) return [];
  const quote = bothNames(method, address);
  return [finding(quote, 'Execute', `the arguments "${quote}", which make a request of any kind`)];
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
  const acts = named.some(
    ({ class: toolClass, verb }) =>
      (toolClass === 'Write' || toolClass === 'Execute') && !DRAWING_UP.has(verb ?? ''),
  );
  if (!acts) return [];
  const amount = args.find(({ words }) => words.some((word) => AMOUNTS.has(word)));
  if (amount === undefined) return [];
  const isExact = /^(?:amount|quantity)$/.test(amount.words.at(-1) ?? '');
  const partner = args.find(
    (argument) => argument.words.some((word) => MONEY_PARTNERS.has(word)) || (isExact && isCoin(argument)),
  );
  return partner === undefined || amount === partner ? [] : [moved(amount, partner)];
}

/** Money by two arguments together: how much, and whose or what. */
function moved(amount: Argument, other: Argument): Finding {
  const quote = bothNames(amount, other);
  return finding(quote, 'Financial', `the arguments "${quote}"`);
}

const bothNames = (one: Argument, other: Argument): string =>
  `${quotation(one.name, 60)}, ${quotation(other.name, 60)}`;

/** An asset is money beside an amount of it; what a game calls an asset is beside other figures, or has a path. */
const isCoin = ({ words, type }: Argument): boolean =>
  type !== 'boolean' && /^(?:asset|coin)$/.test(words.at(-1) ?? '');

/** What a wallet's key signs moves what is in the wallet: one beside an amount or the price of a transaction. */
function readWallet(args: readonly Argument[], named: readonly Finding[]): readonly Finding[] {
  if (named.some(({ strong, class: toolClass }) => strong && toolClass === 'Read')) return [];
  const key = args.find(({ words }) => words.some((word, at) => isWalletKey(word, words[at + 1])));
  if (key === undefined) return [];
  const amount = args.find(({ words }) => words.some((word) => AMOUNTS.has(word) || word === 'gas'));
  return amount === undefined || key === amount ? [] : [moved(amount, key)];
}

const isWalletKey = (word: string, next: string | undefined): boolean =>
  word === 'mnemonic' || (word === 'private' && next === 'key') || (word === 'seed' && next === 'phrase');

function finding(name: string, toolClass: Finding['class'], because: string): Finding {
  return { field: 'inputSchema', quote: quotation(name, 130), class: toolClass, because, strong: true };
}
