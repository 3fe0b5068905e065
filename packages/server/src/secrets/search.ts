import { FORMS, LONGEST_FORM, type SecretKind, SHORTEST_FORM } from './forms.ts';

/** A secret in a text, by the indices of its characters. */
export type Secret = { readonly kind: SecretKind; readonly start: number; readonly end: number };

/** Characters that are searched at once: about two milliseconds. */
const PIECE = 256 * 1024;

/** Characters of a private key at the most. */
const LONGEST_KEY = 64 * 1024;

/** None begins within a word. */
const ANY = new RegExp(`(?<![A-Za-z0-9_])(?:${FORMS.map(([, { source }]) => `(${source})`).join('|')})`, 'g');

/** What of a text has the form of a secret, in order; of a long one piece by piece. */
export function* searchPieces(text: string): Generator<readonly Secret[]> {
  for (let from = 0; from + SHORTEST_FORM <= text.length; ) {
    const found = beginningIn(text, from, from + PIECE);
    yield found;
    from = Math.max(from + PIECE, found.at(-1)?.end ?? 0);
  }
}

function beginningIn(text: string, from: number, until: number): readonly Secret[] {
  // With the character before it, which may be the end of a word.
  const first = Math.max(0, from - 1);
  const part = text.slice(first, until + LONGEST_FORM);
  const found: Secret[] = [];
  ANY.lastIndex = from - first;
  for (let match = ANY.exec(part); match !== null; match = ANY.exec(part)) {
    const start = first + match.index;
    if (start >= until) break;
    const secret = secretOf(match, start, text);
    found.push(secret);
    ANY.lastIndex = secret.end - first;
  }
  return found;
}

function secretOf(match: RegExpExecArray, start: number, text: string): Secret {
  const [whole, ...forms] = match;
  const kind = FORMS[forms.findIndex((form) => form !== undefined)]?.[0] ?? 'private key';
  const end = start + whole.length;
  return { kind, start, end: kind === 'private key' ? endOfKey(text, end) : end };
}

const LAST_LINE = /-----END [A-Z0-9 ]{0,80}-----/;

/** All of it where it has no last line, as it was cut off. */
function endOfKey(text: string, from: number): number {
  const rest = text.slice(from, from + LONGEST_KEY);
  const last = LAST_LINE.exec(rest);
  return from + (last === null ? rest.length : last.index + last[0].length);
}
