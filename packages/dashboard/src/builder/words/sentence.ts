import type { Json } from '@boomgate/engine';

/** Words, or what stands in the document as it is. */
export type Part = { readonly kind: 'words' | 'code'; readonly text: string };
export type Sentence = readonly Part[];

export function words(text: string): Part {
  return { kind: 'words', text };
}

export function code(text: string): Part {
  return { kind: 'code', text };
}

/** Characters of a value in a sentence; all of it is in its form. */
const VALUE_LENGTH = 60;

export function valueCode(value: Json): Part {
  const text =
    typeof value === 'string' && value !== '' && value.trim() === value ? value : JSON.stringify(value);
  return code(text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text);
}

/** `a`, `b` and `c`. */
export function listed(items: readonly Sentence[], last: 'and' | 'or'): Sentence {
  return items.flatMap((item, index) => {
    if (index === 0) return item;
    return [words(index === items.length - 1 ? ` ${last} ` : ', '), ...item];
  });
}

/** One text, names and values in backticks. */
export function sayAloud(sentence: Sentence): string {
  return sentence.map(({ kind, text }) => (kind === 'code' ? `\`${text}\`` : text)).join('');
}
