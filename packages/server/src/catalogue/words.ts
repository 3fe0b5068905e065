import { wordsOfName } from '@boomgate/catalogue';
import { INDEXED_CHARACTERS, PREFIX_LETTERS, QUERY_CHARACTERS, QUERY_WORDS } from './bounds.ts';

const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
/** Scripts without blanks between words give a word for each letter; they also have signs, which are none. */
const WORD =
  /(?=[\p{L}\p{N}\p{M}])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}])+/gu;

/** The words of a text, in lower case: the same for what is stored and for what is asked. */
export function wordsOf(text: string, most = INDEXED_CHARACTERS): readonly string[] {
  const head = text.length > most ? text.slice(0, most) : text;
  if (ASCII.test(head)) return head.toLowerCase().match(ASCII_WORD) ?? [];
  return head.toWellFormed().normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

/** The words under which a name is found: as it is written, and its parts. */
export function wordsUnderName(name: string): readonly string[] {
  return [...new Set([...wordsOf(name), ...wordsOfName(name)])];
}

/** Alike for `create_issue`, `createIssue` and "create issue". */
export const keyOf = (words: readonly string[]): string => words.join('');

export type Words = {
  readonly all: readonly string[];
  /** Whether the last also stands for words that begin with it. */
  readonly isOpen: boolean;
};

/** What a person typed, as words. Nothing in it is syntax. */
export function readWords(text: string): Words {
  const all = [...new Set(wordsOf(text, QUERY_CHARACTERS))].slice(0, QUERY_WORDS);
  return { all, isOpen: [...(all.at(-1) ?? '')].length >= PREFIX_LETTERS };
}

/** All of the words, as an expression of FTS5; each is quoted. */
export function matching({ all, isOpen }: Words): string {
  return all.map((word, at) => `${quoted(word)}${isOpen && at === all.length - 1 ? '*' : ''}`).join(' AND ');
}

/** Any of the words. */
export const matchingAny = (words: readonly string[]): string => `(${words.map(quoted).join(' OR ')})`;

const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`;
