import { rankOf, type ToolClass, worseOf } from '../classes/index.ts';
import { apart, isRunnable, MACHINES, type Verb, verbOf } from './lexicon.ts';
import { meaningOf } from './objects.ts';
import { wordsOfName } from './text.ts';

/** What an argument that chooses may be: a text out of a list, or whether a switch is on. */
export type Choosable = string | boolean;

/** One of the values that an argument may have, as what the tool then does. */
export type Action = {
  readonly value: Choosable;
  /** The verbs of it, in their base forms. */
  readonly verbs: readonly string[];
  /** The worst that any of its words says, by itself or of what the tool is named after; absent where none leads it that is known. */
  readonly class?: ToolClass;
  /** It runs what the other arguments hold. */
  readonly runs?: boolean;
};

/** What a value of an argument that chooses among actions asks for. */
export function readAction(value: string, ofTool: readonly string[]): Action {
  const words = wordsOfName(value).flatMap(apart);
  const known = words.flatMap((word, at) => {
    const verb = verbOf(word);
    return verb !== undefined && (verb.form === 'base' || verb.form === 'noun') ? [{ verb, at }] : [];
  });
  const leads = known.some(({ at, verb }) => at === 0 || (at === words.length - 1 && verb.strong));
  const verbs = known.map(({ verb }) => verb.base);
  if (isRun(words)) return { value, verbs, class: 'Execute', runs: true };
  if (!leads) return { value, verbs };
  const classes = known
    .filter(({ at, verb }) => at === 0 || verb.strong)
    .map(({ at, verb }) => classOf(verb, words.toSpliced(at, 1), ofTool));
  return { value, verbs, class: classes.toSorted((one, other) => rankOf(other) - rankOf(one))[0] ?? 'Read' };
}

/** `exec`, `eval`, `run_script`, `bash`: what else is in the call is run. */
const isRun = (words: readonly string[]): boolean =>
  isRunnable(words) || words.some((word) => /^(?:exec|eval)$/.test(word) || MACHINES.has(word));

/** A switch such as `delete_source`, of which `true` makes the tool what it makes it, and `false` nothing. */
export const readSwitched = (toolClass: ToolClass): readonly Action[] => [
  { value: false, verbs: [], class: 'Read' },
  { value: true, verbs: [], class: toolClass },
];

function classOf(verb: Verb, around: readonly string[], ofTool: readonly string[]): ToolClass {
  return worseOf(meaningOf(verb, around).class, meaningOf(verb, [...around, ...ofTool]).class);
}
