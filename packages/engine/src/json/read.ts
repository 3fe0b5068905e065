import { isJsonObject, type Json } from './json.ts';
import { nextOf } from './next-of.ts';
import { type OwnFault, parseByHand } from './own-parser.ts';

/** What a document may at most be. Depth counts nested containers; items counts keys and elements of the whole text. */
export type ReadBounds = {
  readonly maxDepth: number;
  readonly maxItems: number;
  /** Keys of the whole text, each of which costs as much as ten elements; absent: only as `maxItems` has it. */
  readonly maxKeys?: number;
  /** UTF-16 code units of one string or key. */
  readonly maxStringLength: number;
  /** Integers beyond ±(2^53−1): refused, or kept as source text so that they are sent as they were written. */
  readonly bigNumbers: 'refuse' | 'pass';
};

type ReadFaultCode =
  | 'syntax'
  | 'too_deep'
  | 'too_many'
  | 'string_too_long'
  | 'duplicate_key'
  | 'forbidden_key'
  | 'lone_surrogate'
  | 'number_overflow'
  | 'unsafe_integer';

export type ReadFault = { readonly code: ReadFaultCode; readonly message: string };
export type ReadResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: ReadFault };

/**
 * Reads one JSON value with the ingress profile (gateway §3): what two parsers could read differently is refused.
 * The platform's parser builds the tree, but for texts with escapes in keys, which it was seen to misread, and with numbers to keep; a scan
 * before and a walk after it refuse what that parser lets through.
 * Never throws.
 */
export function readJson(text: string, bounds: ReadBounds): ReadResult {
  const scanned = scan(text, bounds);
  if ('code' in scanned) return { ok: false, fault: scanned };
  const parsed = scanned.escapedKeys ? parseByOwnHand(text, bounds) : parse(text);
  if (!parsed.ok) return parsed;
  const checkSurrogates = scanned.unicodeEscapes || !text.isWellFormed();
  const walk: Walk = { bounds, keys: 0, items: 0, sawBigNumber: false, checkSurrogates };
  const fault = inspect(parsed.value, walk);
  if (fault !== undefined) return { ok: false, fault };
  // The parser keeps one of two equal keys, so the tree then has fewer keys than the text has colons.
  if (walk.keys !== scanned.colons) return { ok: false, fault: DUPLICATE_KEY };
  return walk.sawBigNumber && !scanned.escapedKeys ? parseByOwnHand(text, bounds) : parsed;
}

const DUPLICATE_KEY: ReadFault = {
  code: 'duplicate_key',
  message: 'an object has the same key twice; every key may appear once',
};

/**
 * For what the platform's parser is not asked about: keys with escapes, which V8 takes for others that it saw at the same place before, and
 * numbers that are to stay as they were written, for which it would call a function for each value.
 */
function parseByOwnHand(text: string, { bigNumbers }: ReadBounds): ReadResult {
  const parsed = parseByHand(text, bigNumbers === 'pass');
  if (parsed.ok) return parsed;
  return { ok: false, fault: faultByHand(parsed.fault, parsed.offset) };
}

function faultByHand(fault: OwnFault, offset: number): ReadFault {
  if (fault === 'duplicate_key') return DUPLICATE_KEY;
  if (fault === 'forbidden_key') return FORBIDDEN_KEY;
  return syntaxFault(`at offset ${offset}`);
}

const FORBIDDEN_KEY: ReadFault = { code: 'forbidden_key', message: 'the key "__proto__" is not allowed' };

type Scan = { readonly colons: number; readonly unicodeEscapes: boolean; readonly escapedKeys: boolean };

const QUOTE = 0x22;

/** Counts what the tree will be held against, and stops nesting before the parser sees it. */
function scan(text: string, bounds: ReadBounds): Scan | ReadFault {
  let colons = 0;
  let commas = 0;
  let depth = 0;
  let unicodeEscapes = false;
  let escapedKeys = false;
  /** The last string so far has an escape; before a colon that string is a key. */
  let isEscaped = false;
  /** Where the next of each stands, from the string that is being looked at. */
  let backslash = -1;
  let quote = -1;
  const end = text.length;
  for (let at = 0; at < end; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at += 1;
        isEscaped = false;
        // The platform finds the end of a string without escapes faster than a loop does.
        if (backslash < at) backslash = nextOf(text, '\\', at);
        quote = nextOf(text, '"', at);
        while (backslash < quote) {
          isEscaped = true;
          if (text.charCodeAt(backslash + 1) === 0x75) unicodeEscapes = true;
          at = backslash + 2;
          backslash = nextOf(text, '\\', at);
          if (quote < at) quote = nextOf(text, '"', at);
        }
        at = quote;
        break;
      case 0x3a:
        colons += 1;
        if (isEscaped) escapedKeys = true;
        break;
      case 0x2c:
        commas += 1;
        break;
      case 0x7b:
      case 0x5b:
        depth += 1;
        if (depth > bounds.maxDepth) return tooDeep(bounds);
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        break;
      default:
    }
  }
  if (bounds.maxKeys !== undefined && colons > bounds.maxKeys) return tooManyKeys(bounds.maxKeys);
  return commas >= bounds.maxItems ? tooMany(bounds) : { colons, unicodeEscapes, escapedKeys };
}

function parse(text: string): ReadResult {
  try {
    // The parser only ever gives JSON values.
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    return { ok: false, fault: syntaxFault(placeOf(String(error), text)) };
  }
}

/** The platform's parser gives no offset of a token that it did not expect, so our own looks for it. */
function placeOf(error: string, text: string): string {
  const position = /position (\d+)/.exec(error)?.[1];
  if (position !== undefined) return `at offset ${position}`;
  if (error.includes('Unexpected end')) return 'at its end';
  const byHand = parseByHand(text, true);
  return !byHand.ok && byHand.fault === 'syntax' ? `at offset ${byHand.offset}` : 'in it';
}

function syntaxFault(place: string): ReadFault {
  return { code: 'syntax', message: `expected one JSON value, found a fault ${place}` };
}

function isPlainNumber(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

type Walk = {
  readonly bounds: ReadBounds;
  readonly checkSurrogates: boolean;
  keys: number;
  items: number;
  sawBigNumber: boolean;
};

function inspect(value: Json, walk: Walk): ReadFault | undefined {
  if (typeof value === 'string') return inspectString(value, walk);
  if (typeof value === 'number') return inspectNumber(value, walk);
  if (Array.isArray(value)) {
    walk.items += value.length;
    for (const element of value) {
      const fault = inspect(element, walk);
      if (fault !== undefined) return fault;
    }
  } else if (isJsonObject(value)) {
    for (const key in value) {
      walk.keys += 1;
      if (key === '__proto__') return FORBIDDEN_KEY;
      const fault = inspectString(key, walk) ?? inspect(value[key] ?? null, walk);
      if (fault !== undefined) return fault;
    }
  }
  return walk.keys + walk.items > walk.bounds.maxItems ? tooMany(walk.bounds) : undefined;
}

function inspectString(text: string, walk: Walk): ReadFault | undefined {
  if (text.length > walk.bounds.maxStringLength) {
    return {
      code: 'string_too_long',
      message: `a string is longer than ${walk.bounds.maxStringLength} characters`,
    };
  }
  if (walk.checkSurrogates && !text.isWellFormed()) {
    return {
      code: 'lone_surrogate',
      message: 'a string has half of a surrogate pair, which is no character',
    };
  }
  return undefined;
}

function inspectNumber(value: number, walk: Walk): ReadFault | undefined {
  if (!Number.isFinite(value))
    return { code: 'number_overflow', message: 'a number is too large to be represented' };
  if (isPlainNumber(value)) return undefined;
  if (walk.bounds.bigNumbers === 'refuse') {
    return { code: 'unsafe_integer', message: 'an integer lies beyond ±(2^53−1); send it as a string' };
  }
  walk.sawBigNumber = true;
  return undefined;
}

function tooDeep(bounds: ReadBounds): ReadFault {
  return { code: 'too_deep', message: `the value is nested deeper than ${bounds.maxDepth}` };
}

function tooMany(bounds: ReadBounds): ReadFault {
  return { code: 'too_many', message: `the value has more than ${bounds.maxItems} keys and elements` };
}

function tooManyKeys(most: number): ReadFault {
  return { code: 'too_many', message: `the value has more than ${most} keys` };
}
