import type { Json } from './json.ts';
import { nextOf } from './next-of.ts';
import { rawNumber } from './raw-number.ts';

export type OwnFault = 'syntax' | 'duplicate_key' | 'forbidden_key';
type OwnParsed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: OwnFault; readonly offset: number };

/**
 * Strict JSON (RFC 8259) by our own hand, for texts that the platform's parser was seen to misread, those with escapes in
 * keys, and for those with numbers to keep. Refuses duplicate keys and `__proto__`. With `keepBig`, integers beyond ±(2^53−1) keep their source text. The caller
 * has bounded the depth. Never throws.
 */
export function parseByHand(text: string, keepBig: boolean): OwnParsed {
  const parser = new Parser(text, keepBig);
  try {
    return { ok: true, value: parser.document() };
  } catch (thrown) {
    if (thrown instanceof Fault) return { ok: false, fault: thrown.kind, offset: thrown.offset };
    throw thrown;
  }
}

class Fault {
  readonly kind: OwnFault;
  readonly offset: number;
  constructor(kind: OwnFault, offset: number) {
    this.kind = kind;
    this.offset = offset;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class Parser {
  readonly #text: string;
  readonly #keepBig: boolean;
  #at = 0;
  /** Where the next one stands, from the last string that was looked at. */
  #backslash = -1;

  constructor(text: string, keepBig: boolean) {
    this.#text = text;
    this.#keepBig = keepBig;
  }

  document(): Json {
    const value = this.#value();
    this.#skipBlank();
    if (this.#at < this.#text.length) this.#fail();
    return value;
  }

  #value(): Json {
    this.#skipBlank();
    switch (this.#text[this.#at]) {
      case '"':
        return this.#string();
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  #object(): Json {
    const object: Record<string, Json> = {};
    this.#at += 1;
    if (this.#takes('}')) return object;
    do {
      this.#skipBlank();
      const start = this.#at;
      if (this.#text.charCodeAt(start) !== QUOTE) this.#fail();
      const key = this.#key();
      // An assignment to this one key would set the prototype.
      if (key === '__proto__') throw new Fault('forbidden_key', start);
      if (Object.hasOwn(object, key)) throw new Fault('duplicate_key', start);
      this.#expect(':');
      object[key] = this.#value();
    } while (this.#takes(','));
    this.#expect('}');
    return object;
  }

  #array(): Json {
    const array: Json[] = [];
    this.#at += 1;
    if (this.#takes(']')) return array;
    do array.push(this.#value());
    while (this.#takes(','));
    this.#expect(']');
    return array;
  }

  /** The platform's parser is in doubt for keys alone, and undoes escapes quicker than a loop can. */
  #string(): string {
    const start = this.#at;
    const end = this.#endOfEscaped(start + 1);
    if (end === undefined) return this.#key();
    try {
      const string = JSON.parse(this.#text.slice(start, end + 1)) as string;
      this.#at = end + 1;
      return string;
    } catch {
      // To find the place of the fault.
      return this.#key();
    }
  }

  /** Where a string with escapes ends; undefined for one that has none. */
  #endOfEscaped(from: number): number | undefined {
    const text = this.#text;
    let quote = nextOf(text, '"', from);
    if (this.#backslash < from) this.#backslash = nextOf(text, '\\', from);
    if (this.#backslash > quote) return undefined;
    while (this.#backslash < quote) {
      const after = this.#backslash + 2;
      if (quote < after) quote = nextOf(text, '"', after);
      this.#backslash = nextOf(text, '\\', after);
    }
    return quote;
  }

  #key(): string {
    const text = this.#text;
    let string = '';
    let from = this.#at + 1;
    for (let at = from; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return string === '' ? text.slice(from, at) : string + text.slice(from, at);
      }
      // Control characters, and the end of the text, whose code is not a number.
      if (!(code >= 0x20)) {
        this.#at = at;
        this.#fail();
      }
      if (code !== BACKSLASH) continue;
      this.#at = at + 1;
      string += text.slice(from, at) + this.#escape();
      from = this.#at;
      at = from - 1;
    }
  }

  #escape(): string {
    const char = this.#text[this.#at] ?? '';
    this.#at += 1;
    const plain = ESCAPES.get(char);
    if (plain !== undefined) return plain;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (char !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #literal(word: string, value: Json): Json {
    if (!this.#text.startsWith(word, this.#at)) this.#fail();
    this.#at += word.length;
    return value;
  }

  #number(): Json {
    NUMBER.lastIndex = this.#at;
    const source = NUMBER.exec(this.#text)?.[0];
    if (source === undefined) this.#fail();
    this.#at += source.length;
    const value = Number(source);
    const isBig = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isBig && this.#keepBig ? rawNumber(source) : value;
  }

  #takes(char: string): boolean {
    this.#skipBlank();
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #expect(char: string): void {
    if (!this.#takes(char)) this.#fail();
  }

  #skipBlank(): void {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      this.#at += 1;
      code = this.#text.charCodeAt(this.#at);
    }
  }

  #fail(): never {
    throw new Fault('syntax', this.#at);
  }
}
