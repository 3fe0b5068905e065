import { remembering } from './memo.ts';

/** Characters of a name that are looked at. MCP names have at most 128. */
const MAX_NAME = 256;
/** Characters of a text that are looked at: beyond it nothing raises a class, and the tool is reported as oversized. */
export const MAX_TEXT = 16_000;

/**
 * Controls, and what Unicode says is not to be seen: zero-width and bidirectional controls, fillers, joiners, tags and variation
 * selectors, in all of which a text can be written. The last two selectors belong behind the emoji whose look they choose.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufff9-\ufffb]|(?![\ufe0e\ufe0f])\p{DI}|(?<!\p{Emoji})[\ufe0e\ufe0f]/gu;
const PRINTABLE_ASCII = /^[\n\r\t -~]*$/;

/** Of the letters `a` to `z`; there are none of q and x. */
const SMALL_CAPITALS = Object.fromEntries(
  [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ'].map((letter, at) => [letter, 'abcdefghijklmnoprstuvwyz'.charAt(at)]),
);

/** Capitals of two other scripts, and what they look like. */
const CAPITALS = Object.fromEntries(
  [...'АВЕКМНОРСТУХІЅӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'].map((letter, at) => [
    letter,
    'ABEKMHOPCTYXISIABEZHIKMNOPTYX'.charAt(at),
  ]),
);

/** Letters of other scripts that look like Latin ones, and small capitals. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  х: 'x',
  у: 'y',
  і: 'i',
  ѕ: 's',
  ԁ: 'd',
  ո: 'n',
  ν: 'v',
  α: 'a',
  ο: 'o',
  ι: 'i',
  ɡ: 'g',
  ı: 'i',
  ɛ: 'e',
  т: 't',
  ӏ: 'l',
  ...CAPITALS,
  ...SMALL_CAPITALS,
};
const LETTERS = Object.keys(LOOKALIKES).join('');
const LOOKALIKE = new RegExp(`[${LETTERS}]`, 'g');
const MIXED = new RegExp(
  `[A-Za-z][${LETTERS}]|[${LETTERS}][A-Za-z]|[${Object.keys(SMALL_CAPITALS).join('')}]`,
);

/** Whether a word has Latin letters beside others that look like them, or small capitals, which no language is written in. */
export function mixesLetters(text: string): boolean {
  return !PRINTABLE_ASCII.test(text) && MIXED.test(text);
}

/** Whether a text has characters that a person does not see, or that reorder what a person sees. */
export function hidesCharacters(text: string): boolean {
  if (PRINTABLE_ASCII.test(text)) return false;
  HIDDEN.lastIndex = 0;
  return HIDDEN.test(text);
}

/** What `hidesCharacters` finds, one after the other. */
export const hiddenIn = (text: string): readonly string[] => text.match(HIDDEN) ?? [];

/** A text as it is read: bounded, without hidden characters, look-alike letters as what they look like. */
export function readable(text: string, max = MAX_TEXT): string {
  const head = text.length > max ? text.slice(0, max) : text;
  if (PRINTABLE_ASCII.test(head)) return head;
  return head
    .replace(HIDDEN, '')
    .normalize('NFKC')
    .replace(LOOKALIKE, (letter) => LOOKALIKES[letter] ?? letter);
}

/** What a quotation leaves out: all but printable ASCII, and blanks beyond one between words. */
const UNTIDY = /[^ -~]|^ | $| {2}/;

/** A quotation: one line, printable, at most `max` characters, cut with `…`. */
export function quotation(text: string, max = 200): string {
  const head = text.slice(0, max * 4);
  const line = UNTIDY.test(head) ? head.replace(HIDDEN, '').replace(/\s+/g, ' ').trim() : head;
  return line.length > max ? `${line.slice(0, max - 1)}…`.replace(/[\ud800-\udbff]…$/, '…') : line;
}

/** The usual form of names, which needs no more than a split. */
const PLAIN_NAME = /^[a-z0-9]+(?:_[a-z0-9]+){0,40}$/;

/** The words of a name, in lower case: `cancelHTTPRequest`, `cancel-http_request` and `cancel.http/request` are alike. */
export function wordsOfName(name: string): readonly string[] {
  if (PLAIN_NAME.test(name)) return name.split('_');
  return readable(name, MAX_NAME)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** The same, for names that come again and again: those of servers and of arguments. */
export const wordsOfCommonName = remembering(wordsOfName);

/** The end of a sentence, whatever letter and blanks come behind it; not the points of "e.g.". */
const END = /(?<=[.!?;。！？])(?<!\b(?:e|i|e\.g|i\.e|etc|vs|incl|approx)\.)\s*(?=\S)|\n+/iu;
/** The same for texts of ASCII, where it is quicker. */
const PLAIN_END = /(?<=[.!?;])(?<!\b(?:e|i|e\.g|i\.e|etc|vs|incl|approx)\.)\s*(?=\S)|\n+/i;

/** The first sentences and lines of a text; `isPlain` may be said of texts of ASCII. */
export function sentencesOf(
  text: string,
  { isPlain, max }: { readonly isPlain: boolean; readonly max: number },
): readonly string[] {
  return text.split(isPlain ? PLAIN_END : END, max);
}

/** By character code: whether it is a letter or digit of ASCII, or a mark that joins words. */
const PART_OF_WORD = 1;
const JOINING = 2;
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[a-z0-9]/.test(character) ? PART_OF_WORD : /[,/&]/.test(character) ? JOINING : 0;
});
/** Characters of a sentence that are looked at. */
const MAX_SENTENCE = 1_000;

const WORD = /[\p{L}\p{N}]+|[,/&]/u;

/** What `wordsOfSentence` gives first, without reading on; empty where there is none. */
export function firstWordOf(sentence: string): string {
  return WORD.exec(sentence)?.[0].toLowerCase() ?? '';
}

/** The first words of a sentence in lower case, with the marks `,`, `/` and `&` as words of their own. */
export function wordsOfSentence(sentence: string, max: number): readonly string[] {
  const text = sentence.slice(0, MAX_SENTENCE).toLowerCase();
  const words: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length && words.length < max; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return (text.match(/[\p{L}\p{N}]+|[,/&]/gu) ?? []).slice(0, max);
    const kind = KINDS[code];
    if (kind === PART_OF_WORD) continue;
    if (at > start) words.push(text.slice(start, at));
    start = at + 1;
    if (kind === JOINING && words.length < max) words.push(text.charAt(at));
  }
  if (start < text.length && words.length < max) words.push(text.slice(start));
  return words;
}
