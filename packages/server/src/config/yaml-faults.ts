/** A text that begins with `*`. */
export const ALIAS =
  'found "*" before a name that no "&" gave to anything, as an alias of YAML has it; put a text that begins with "*" in quotes';

/** What YAML's parser finds, by its code, in words that say how to mend it. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_ALIAS: ALIAS,
  BAD_DQ_ESCAPE:
    'in double quotes a backslash begins an escape such as "\\n", and this is none; write the text in single quotes, or the backslash twice',
  BAD_SCALAR_START: 'a text cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'found a second ":", or a list, in the line of a key; put a text with ": " in quotes, or begin a new line, indented further',
  DUPLICATE_KEY: 'the key occurs here twice; join the two or remove one',
  MULTILINE_IMPLICIT_KEY:
    'expected ":" after a key, in the same line; look at how this line and the next are indented',
  MULTIPLE_DOCS: 'found "---", with which another document begins; expected one in a file',
  TAB_AS_INDENT: 'found a tab as indentation; indent with spaces',
  TAG_RESOLVE_FAILED:
    'found a tag, such as "!name", that means nothing here; put a text that begins with "!" in quotes',
  UNEXPECTED_TOKEN:
    'found an unexpected token; put a text with quotes, brackets or colons in it in quotes as a whole',
};

/** Other codes whose messages are fixed texts, but for a character or two. */
const FIXED: ReadonlySet<string> = new Set(['BAD_INDENT', 'BLOCK_IN_FLOW', 'MISSING_CHAR']);

/** Other messages quote what stands there, which may be a password that begins like a tag: of those the code is told. */
export function wordsOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return WORDS[code] ?? (FIXED.has(code) ? firstLine(message) : code.replaceAll('_', ' ').toLowerCase());
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}
