import { glanceFor } from './glance.ts';
import { SAID } from './said.ts';
import { SPEECH } from './speech.ts';
import { MAX_TEXT, readable } from './text.ts';

/** A text with what one look at it tells; the patterns are tried only where it may match them. */
export type Look = {
  /** At most `MAX_TEXT` characters of it. */
  readonly text: string;
  /** Characters of all of it. */
  readonly length: number;
  /** All of it is printable ASCII, or blanks between. */
  readonly isPlain: boolean;
  readonly may: readonly (keyof typeof SAID | keyof typeof SPEECH)[];
};

const glance = glanceFor({ ...SAID, ...SPEECH });

/** Looks at a text as it came. */
export function lookAt(text: string): Look {
  const head = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  return lookAtAll(head, text.length);
}

/** The same text as it is read, its first `max` characters; what the whole may match, the beginning may. */
export function asRead(look: Look, max = MAX_TEXT): Look {
  if (look.isPlain && !UNEVEN.test(look.text))
    return look.text.length > max ? { ...look, text: look.text.slice(0, max) } : look;
  const read = readable(look.text, max).replace(BLANKS, ' ');
  return lookAtAll(read, read.length);
}

/** More than one blank between two words, not before a line: that would hide "cannot  be undone", and means nothing else. */
const UNEVEN = /[^\n ] {2}|[\t\r]/;
const BLANKS = /[ \t\r]{2,}|[\t\r]/g;

function lookAtAll(text: string, length: number): Look {
  const { isPlain, may } = glance(text);
  return { text, length, isPlain, may };
}
