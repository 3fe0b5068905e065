import type { Surroundings } from './definition.ts';
import type { Finding } from './finding.ts';
import { apart, isRunnable, MACHINES, runsOf, type Verb, verbOf } from './lexicon.ts';
import { meaningOf } from './objects.ts';
import { wordsOfCommonName, wordsOfName } from './text.ts';

/** Nouns that make a verb before them a noun too: `run_status`, `build_logs`. */
export const REPORTS: ReadonlySet<string> = new Set(
  'status list logs history info information details stats results result metrics count preflight'.split(' '),
);
const ALSO_NOUNS: ReadonlySet<string> = new Set([
  'run',
  'build',
  'deploy',
  'call',
  'trigger',
  'execute',
  'job',
]);
/** What is told of payments: `withdraw_history` tells of them, and nobody pays a history. */
const OF_PAYMENTS = /^(?:status|history|logs|info|information|details|stats|metrics)$/;
/** Verbs that are no nouns: where one leads, a word such as "view" at the end is what it changes. */
const CHANGES: ReadonlySet<string> = new Set(
  'set mark make change switch toggle apply submit generate render replace'.split(' '),
);
const JOINTS: ReadonlySet<string> = new Set(['and', 'or', 'then']);

/** What the words of a name say: one finding, more where the name joins verbs. None where no word is a verb. */
export function readName(all: readonly string[], around: Surroundings): readonly Finding[] {
  const words = isHistory(all) ? all : withoutPrefix(all, around);
  const found = readWords(words);
  if (found.length > 0) return found;
  const parts = words.flatMap(apart);
  return parts.length === words.length ? found : readWords(parts);
}

function readWords(words: readonly string[]): readonly Finding[] {
  const at = placeOfVerb(words);
  if (at === undefined) return machine(words);
  const found: Finding[] = [];
  const read = (place: number): void => {
    const verb = verbOf(words[place] ?? '');
    if (verb !== undefined) found.push(findingOf(verb, { words, place, isReport: isReport(words, at) }));
  };
  read(at);
  for (const place of joined(words, at)) read(place);
  return found;
}

type Place = { readonly words: readonly string[]; readonly place: number; readonly isReport: boolean };

function findingOf(verb: Verb, { words, place, isReport }: Place): Finding {
  const word = words[place] ?? '';
  const meaning = isReport
    ? ({ class: 'Read', strong: true } as const)
    : meaningOf(
        verb,
        words.filter((_, index) => index !== place),
      );
  return {
    field: 'name',
    quote: word,
    class: meaning.class,
    because: isReport ? `the report "${words.at(-1)}"` : `the verb "${verb.base}"`,
    strong: meaning.strong,
    verb: isReport ? 'report' : verb.base,
    ...(RUNNING.has(verb.base) ? runs(words) : {}),
  };
}

/** Verbs that run what is named after them. */
const RUNNING: ReadonlySet<string> = new Set(['execute', 'exec', 'run', 'invoke', 'eval', 'evaluate']);

/** `run_command`, `run_in_terminal`, and `evaluate` alone run what they are given; `run_code_review`, and `run` of a server for one thing, do not. */
function runs(words: readonly string[]): Pick<Finding, 'runs'> {
  if (isRunnable(words)) return { runs: runsOf(words.at(-1) ?? '') };
  const isGiven = (words.length === 1 && words[0] !== 'run') || words.some((word) => RUN_ON.test(word));
  return isGiven ? { runs: 'code' } : {};
}

/** Verbs that have no other object than code or a command, and machines that run nothing else. */
const RUN_ON = /^(?:exec|shell|bash|terminal|powershell|cmd|repl|python|javascript|ssh|applescript)$/;

function isReport(words: readonly string[], at: number): boolean {
  const last = words[words.length - 1] ?? '';
  if (words.length < 2) return false;
  if (at === 0 && ALSO_NOUNS.has(words[0] ?? '') && REPORTS.has(last)) return true;
  return verbOf(words[at] ?? '')?.class === 'Financial' && OF_PAYMENTS.test(last);
}

/** `git_log` is the history of a repository, and nothing is written to it. */
function isHistory(words: readonly string[]): boolean {
  return words.at(-1) === 'log' && /^(?:git|hg|svn)$/.test(words.at(-2) ?? '');
}

/** In an order book, in a rate that is a figure and in the type of something, the word is a noun. */
function isNoun(words: readonly string[], index: number): boolean {
  const word = words[index];
  const before = words[index - 1] ?? '';
  if (word === 'book') return /^orders?$/.test(before);
  if (word === 'log' && isHistory(words)) return true;
  if (word === 'type') return index > 0 && !/^(?:browser|page|keyboard|screen|mobile)$/.test(before);
  return word === 'rate' && (index > 0 || REPORTS.has(words[words.length - 1] ?? ''));
}

/** A verb leads, or ends the name; in the middle only what means one thing wherever it stands. The worst of those wins. */
function placeOfVerb(words: readonly string[]): number | undefined {
  const isVerb = (index: number): boolean => isWord(words[index]) && !isNoun(words, index);
  const isStrong = (index: number): boolean => isVerb(index) && verbOf(words[index] ?? '')?.strong === true;
  const last = words.length - 1;
  if (isStrong(0)) return 0;
  const isChange = CHANGES.has(words[0] ?? '') && verbOf(words[last] ?? '')?.class === 'Read';
  if (isStrong(last) && !isChange) return last;
  if (isVerb(0)) return isStrong(1) && !CHANGES.has(words[0] ?? '') ? worst(words, [0, 1]) : 0;
  const inside = words.map((_, index) => index).filter(isVerb);
  const strong = inside.filter(isStrong);
  if (strong.length > 0) return worst(words, strong);
  return isVerb(last) ? last : inside[0];
}

function worst(words: readonly string[], places: readonly number[]): number | undefined {
  const order = ['Read', 'Write', 'Execute', 'Destructive', 'Financial'];
  const rank = (place: number): number => order.indexOf(verbOf(words[place] ?? '')?.class ?? 'Read');
  return places.toSorted((a, b) => rank(b) - rank(a))[0];
}

/** In names only plain forms are verbs: `runs_list` lists runs. */
function isWord(word: string | undefined): boolean {
  const verb = verbOf(word ?? '');
  return verb !== undefined && (verb.form === 'base' || verb.form === 'noun');
}

function joined(words: readonly string[], at: number): readonly number[] {
  const found: number[] = [];
  for (let place = at + 1; place < words.length; place += 1)
    if (JOINTS.has(words[place - 1] ?? '') && isWord(words[place])) found.push(place);
  return found;
}

/** Machines of which a tool may tell what they show, or when they start. */
const SCREENS: ReadonlySet<string> = new Set(['console', 'sandbox', 'cron']);

function machine(words: readonly string[]): readonly Finding[] {
  const word = words.find((one) => MACHINES.has(one));
  if (word === undefined) return [];
  const isLast = word === words.at(-1) && !SCREENS.has(word);
  const found = { field: 'name', quote: word, class: 'Execute', because: `the word "${word}"` } as const;
  return [{ ...found, strong: true, ...(isLast ? { runs: 'code' } : {}) }];
}

/**
 * Words that only repeat the server, and a closing "tool". A strong verb stays: a server must not be able to take
 * "delete" out of its tools' names by calling itself so.
 */
function withoutPrefix(words: readonly string[], { server, siblings }: Surroundings): readonly string[] {
  let rest = words.length > 1 && words.at(-1) === 'tool' ? words.slice(0, -1) : words;
  if (rest.length < 2 || verbOf(rest[0] ?? '')?.strong === true) return rest;
  const ofServer = server === undefined ? [] : wordsOfCommonName(server);
  const ofAll = sharedWord(siblings);
  const isPrefix = (word: string): boolean => ofServer.includes(word) || ofAll.includes(word);
  while (rest.length > 1 && isPrefix(rest[0] ?? '') && verbOf(rest[0] ?? '')?.strong !== true)
    rest = rest.slice(1);
  return rest;
}

/** All tools of a server have the same siblings, and a server may have thousands: their names are read once. */
const shared = new WeakMap<readonly string[], readonly string[]>();

function sharedWord(siblings: readonly string[] | undefined): readonly string[] {
  if (siblings === undefined || siblings.length < 3) return [];
  const known = shared.get(siblings);
  if (known !== undefined) return known;
  const [first = ''] = wordsOfName(siblings[0] ?? '');
  const found = siblings.every((name) => wordsOfName(name)[0] === first) ? [first] : [];
  shared.set(siblings, found);
  return found;
}
