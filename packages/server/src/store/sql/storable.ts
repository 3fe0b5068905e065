/** What Postgres keeps in no text: NUL, and halves of a character. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** A text that an agent chose, as it can be kept; what cannot becomes the sign for that. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\ufffd');
}
