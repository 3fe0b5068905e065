/** An escape is `\\uXXXX`; of the others only the first two code units matter here. */
const ESCAPE_LENGTH = 6;
const REPLACEMENT = '\\ufffd';

/** A JSON text in which the escape of a character's half without the other half stands for the replacement character. */
export function withoutHalves(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let at = text.indexOf('\\');
  while (at >= 0) {
    const half = halfAt(text, at);
    const next = at + (half === undefined ? 2 : ESCAPE_LENGTH);
    if (half === 'first' && halfAt(text, next) === 'second') {
      at = text.indexOf('\\', next + ESCAPE_LENGTH);
      continue;
    }
    if (half !== undefined) {
      if (at > from) parts.push(text.slice(from, at));
      parts.push(REPLACEMENT);
      from = next;
    }
    at = text.indexOf('\\', next);
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
}

/** Which half of a character is escaped at this place of the text, if any. */
function halfAt(text: string, at: number): 'first' | 'second' | undefined {
  // D8 to DB begin a first half, DC to DF a second one.
  if (text.charCodeAt(at) !== 0x5c || text.charCodeAt(at + 1) !== 0x75) return undefined;
  if ((text.charCodeAt(at + 2) | 0x20) !== 0x64) return undefined;
  const unit = Number.parseInt(text.slice(at + 2, at + ESCAPE_LENGTH), 16);
  if (!(unit >= 0xd800 && unit <= 0xdfff)) return undefined;
  return unit < 0xdc00 ? 'first' : 'second';
}
