import { rankOf, type ToolClass, worseOf } from '../classes/index.ts';
import { apart, type Verb, verbOf } from './lexicon.ts';
import { meaningOf } from './objects.ts';
import { wordsOfName } from './text.ts';

/** One of the texts that an argument may be, as what the tool then does. */
export type Action = {
  readonly value: string;
  /** The verbs of it, in their base forms. */
  readonly verbs: readonly string[];
  /** The worst that any of its words says, by itself or of what the tool is named after; absent where none leads it that is known. */
  readonly class?: ToolClass;
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
  if (!leads) return { value, verbs };
  const classes = known
    .filter(({ at, verb }) => at === 0 || verb.strong)
    .map(({ at, verb }) => classOf(verb, words.toSpliced(at, 1), ofTool));
  return { value, verbs, class: classes.toSorted((one, other) => rankOf(other) - rankOf(one))[0] ?? 'Read' };
}

function classOf(verb: Verb, around: readonly string[], ofTool: readonly string[]): ToolClass {
  return worseOf(meaningOf(verb, around).class, meaningOf(verb, [...around, ...ofTool]).class);
}
