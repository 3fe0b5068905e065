/** What Postgres keeps in no text: NUL, and halves of a character. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const ESCAPED = /[\\\0\p{Surrogate}]/gu;
const ESCAPE = /\\u([0-9a-f]{4})/g;

/** A text that an agent chose, as it can be kept; what cannot becomes the sign for that. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\ufffd');
}

/** The key of a counter as it is kept: no two become one, and each begins as it did. */
export function toStoredKey(key: string): string {
  return key.replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function fromStoredKey(stored: string): string {
  return stored.replace(ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
