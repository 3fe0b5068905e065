import { describeAt, shorten } from './describe.ts';
import type { Json, JsonObject } from './json.ts';
import { escapeSegment } from './pointer.ts';
import { type Position, positionsIn, utf8Length } from './position.ts';

/** What a text may at most be. Depth counts nested containers, bytes the text in UTF-8. */
type LocateBounds = { readonly maxDepth: number; readonly maxBytes: number };

type LocateFaultCode = 'syntax' | 'duplicate_key' | 'forbidden_key' | 'too_large' | 'too_deep' | 'bad_value';

export type LocateFault = Position & {
  readonly code: LocateFaultCode;
  readonly message: string;
  readonly offset: number;
  /** JSON Pointer of the value that was being read. */
  readonly pointer: string;
};

/** Looks up where the value at a JSON Pointer starts, or the key in front of it. Undefined when there is none. */
export type Locate = (pointer: string, what?: 'key' | 'value') => Position | undefined;

type LocateResult =
  | { readonly ok: true; readonly value: Json; readonly locate: Locate }
  | { readonly ok: false; readonly fault: LocateFault };

/**
 * Reads strict JSON (RFC 8259) that a person wrote: the first fault with its place and how to mend it, or the tree
 * with the place of every value. It refuses what `readJson` refuses, and takes the time to say why.
 * Never throws.
 */
export function locateJson(text: string, bounds: LocateBounds): LocateResult {
  const bytes = utf8Length(text);
  const reader: Reader = { text, bounds, at: 0, depth: 0, pointer: '', places: new Map() };
  try {
    if (bytes > bounds.maxBytes) {
      stop(
        reader,
        'too_large',
        `expected at most ${bounds.maxBytes} bytes, found ${bytes}; split the document`,
      );
    }
    if (text.startsWith('\uFEFF')) {
      stop(reader, 'syntax', 'found a byte order mark before the first character; save the file without one');
    }
    const value = readValue(reader, '');
    skipBlank(reader);
    if (reader.at < text.length) {
      stop(reader, 'syntax', `expected the end after the value, found ${describeAt(reader.text, reader.at)}`);
    }
    return { ok: true, value, locate: locator(reader) };
  } catch (thrown) {
    if (thrown instanceof Fault) return { ok: false, fault: thrown.fault };
    throw thrown;
  }
}

/** Carries the first fault out of the descent; it never leaves this file. */
class Fault extends Error {
  readonly fault: LocateFault;
  constructor(fault: LocateFault) {
    super(fault.message);
    this.fault = fault;
  }
}

type Reader = {
  readonly text: string;
  readonly bounds: LocateBounds;
  readonly places: Map<string, { readonly value: number; readonly key?: number }>;
  at: number;
  depth: number;
  /** Of the value that is being read. */
  pointer: string;
};

function stop(reader: Reader, code: LocateFaultCode, message: string): never {
  throw new Fault({
    code,
    message,
    pointer: reader.pointer,
    offset: reader.at,
    ...positionsIn(reader.text)(reader.at),
  });
}

function readValue(reader: Reader, pointer: string, key?: number): Json {
  const outer = reader.pointer;
  reader.pointer = pointer;
  skipBlank(reader);
  reader.places.set(pointer, key === undefined ? { value: reader.at } : { value: reader.at, key });
  const value = readHere(reader);
  reader.pointer = outer;
  return value;
}

function readHere(reader: Reader): Json {
  const first = reader.text[reader.at];
  if (first === '{') return nested(reader, readObject);
  if (first === '[') return nested(reader, readArray);
  if (first === '"') return readString(reader);
  if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) return readNumber(reader);
  return readWord(reader);
}

function nested(reader: Reader, read: (reader: Reader) => Json): Json {
  if (reader.depth >= reader.bounds.maxDepth) {
    stop(
      reader,
      'too_deep',
      `expected at most ${reader.bounds.maxDepth} nested lists and objects; flatten the document`,
    );
  }
  reader.depth += 1;
  reader.at += 1;
  const value = read(reader);
  reader.depth -= 1;
  return value;
}

function readObject(reader: Reader): JsonObject {
  const object: Record<string, Json> = {};
  skipBlank(reader);
  if (take(reader, '}')) return object;
  for (;;) {
    const { key, at } = readKey(reader, object);
    object[key] = readValue(reader, `${reader.pointer}/${escapeSegment(key)}`, at);
    if (endsAfterItem(reader, '}')) return object;
  }
}

function readKey(reader: Reader, object: JsonObject): { key: string; at: number } {
  const at = reader.at;
  if (reader.text[at] !== '"') {
    stop(reader, 'syntax', `expected a key in double quotes, found ${describeAt(reader.text, reader.at)}`);
  }
  const key = readString(reader);
  const after = reader.at;
  reader.at = at;
  if (key === '__proto__') {
    stop(reader, 'forbidden_key', 'the key "__proto__" is not allowed; choose another name');
  }
  if (Object.hasOwn(object, key)) {
    stop(
      reader,
      'duplicate_key',
      `the key ${JSON.stringify(key)} occurs twice in one object; join the two or remove one`,
    );
  }
  reader.at = after;
  skipBlank(reader);
  if (!take(reader, ':')) {
    stop(
      reader,
      'syntax',
      `expected ":" after the key ${JSON.stringify(key)}, found ${describeAt(reader.text, reader.at)}`,
    );
  }
  return { key, at };
}

function readArray(reader: Reader): Json[] {
  const items: Json[] = [];
  skipBlank(reader);
  if (take(reader, ']')) return items;
  for (;;) {
    items.push(readValue(reader, `${reader.pointer}/${items.length}`));
    if (endsAfterItem(reader, ']')) return items;
  }
}

/** After a member or an element: true at the closing bracket, false at a comma that something follows. */
function endsAfterItem(reader: Reader, close: '}' | ']'): boolean {
  skipBlank(reader);
  if (take(reader, close)) return true;
  const comma = reader.at;
  if (!take(reader, ',')) {
    const mend = mendOfItem(reader, close);
    stop(reader, 'syntax', `expected "," or "${close}", found ${describeAt(reader.text, reader.at)}${mend}`);
  }
  skipBlank(reader);
  if (reader.text[reader.at] === close) {
    reader.at = comma;
    stop(reader, 'syntax', `found a "," before "${close}"; JSON has no trailing comma, so remove it`);
  }
  return false;
}

/** How to mend what follows a member or an element and neither goes on nor ends. */
function mendOfItem({ at, places, pointer, text }: Reader, close: '}' | ']'): string {
  if (at >= text.length) {
    const { line } = positionsIn(text)(places.get(pointer)?.value ?? 0);
    return `; the "${close === '}' ? '{' : '['}" of line ${line} is not closed`;
  }
  return text[at] === '"' || text[at] === '{' || text[at] === '[' ? '; a "," may be missing before it' : '';
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what ends the match.
const STRING_PART = /[^"\\\u0000-\u001F]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

function readString(reader: Reader): string {
  const start = reader.at;
  reader.at += 1;
  for (;;) {
    match(reader, STRING_PART);
    if (take(reader, '"')) break;
    if (reader.text[reader.at] === '\\') {
      if (match(reader, ESCAPE) === '') {
        stop(
          reader,
          'syntax',
          'expected an escape such as \\n, \\\\ or \\u00e9; write a plain backslash as \\\\',
        );
      }
    } else if (reader.at >= reader.text.length) {
      reader.at = start;
      stop(reader, 'syntax', 'expected a closing double quote, found the end of the text');
    } else {
      stop(
        reader,
        'syntax',
        `expected a character or a closing double quote, found ${describeAt(reader.text, reader.at)}; write it as an escape`,
      );
    }
  }
  // The grammar above admits exactly the string literals of JSON.
  const value = JSON.parse(reader.text.slice(start, reader.at)) as string;
  if (!value.isWellFormed()) {
    reader.at = start;
    stop(
      reader,
      'bad_value',
      'found half of a surrogate pair, which is no character; write both halves or neither',
    );
  }
  return value;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NUMBER_LIKE = /[-+.\w]*/y;

function readNumber(reader: Reader): number {
  const start = reader.at;
  const literal = match(reader, NUMBER);
  const rest = match(reader, NUMBER_LIKE);
  reader.at = start;
  if (literal === '' || rest !== '') {
    const written = shorten(literal + rest);
    stop(
      reader,
      'syntax',
      `expected a number such as 10, -1 or 0.5, found ${written}; JSON has no other spelling`,
    );
  }
  const value = Number(literal);
  if (!Number.isFinite(value)) {
    stop(reader, 'bad_value', `the number ${shorten(literal)} is too large to be represented`);
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    stop(
      reader,
      'bad_value',
      `the number ${shorten(literal)} lies beyond ±(2^53−1) and would be rounded; write a smaller one or a string`,
    );
  }
  reader.at = start + literal.length;
  return value;
}

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const WORD = /[A-Za-z_$][\w$]*/y;

function readWord(reader: Reader): Json {
  const start = reader.at;
  const word = match(reader, WORD);
  const value = WORDS.get(word);
  if (value !== undefined) return value;
  reader.at = start;
  return stop(reader, 'syntax', `expected a value, found ${describeAt(reader.text, reader.at)}`);
}

const BLANK = /[ \t\r\n]*/y;
const COMMENT = /\/\/|\/\*|#/y;

function skipBlank(reader: Reader): void {
  match(reader, BLANK);
  const start = reader.at;
  if (match(reader, COMMENT) === '') return;
  reader.at = start;
  stop(reader, 'syntax', 'found a comment; JSON has none, so remove it or put the text into "description"');
}

/** Takes what a sticky expression matches here; empty when it does not match. */
function match(reader: Reader, expression: RegExp): string {
  expression.lastIndex = reader.at;
  const found = expression.exec(reader.text)?.[0] ?? '';
  reader.at += found.length;
  return found;
}

function take(reader: Reader, character: string): boolean {
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function locator(reader: Reader): Locate {
  const positionOf = positionsIn(reader.text);
  return (pointer, what = 'value') => {
    const place = reader.places.get(pointer);
    if (place === undefined) return undefined;
    return positionOf(what === 'key' ? (place.key ?? place.value) : place.value);
  };
}
