import { LENGTH_MAX } from '../bounds.ts';

/** Repetitions that a sample writes out at most. */
const REPEATED_MAX = 64;

type Reading = { readonly pattern: string; readonly variant: number; at: number };

const CLASSES: Readonly<Record<string, string>> = {
  d: '7',
  w: 'a',
  s: ' ',
  D: 'x',
  W: '-',
  S: 'x',
  n: '\n',
  t: '\t',
};
/** Escapes that match at a place and no character. */
const PLACES = 'AzZbBQE';
/** What may stand for a character that a class leaves out. */
const OUTSIDERS = ['x', '7', '-', ' ', 'A', '_', '~'];

/**
 * A text that a regular expression may match: branches and repetitions are chosen by `variant`. Reads the commoner part of
 * RE2's syntax; what it makes of the rest is tried like any other text, so it need not match.
 */
export function samplePattern(pattern: string, variant: number): string {
  const reading: Reading = { pattern, variant, at: 0 };
  let text = branches(reading);
  // A bracket that closes nothing stands for itself.
  while (reading.at < pattern.length) {
    reading.at += 1;
    text += branches(reading);
  }
  return text;
}

/** Up to the end, or to the bracket that closes the group. */
function branches(reading: Reading): string {
  const all = [sequence(reading)];
  while (reading.pattern[reading.at] === '|') {
    reading.at += 1;
    all.push(sequence(reading));
  }
  return all[reading.variant % all.length] ?? '';
}

function sequence(reading: Reading): string {
  let text = '';
  while (reading.at < reading.pattern.length && !'|)'.includes(reading.pattern[reading.at] ?? '')) {
    const one = atom(reading);
    const room = Math.floor((LENGTH_MAX - text.length) / Math.max(1, one.length));
    text += one.repeat(Math.min(repetitions(reading), Math.max(0, room)));
  }
  return text;
}

function atom(reading: Reading): string {
  const { pattern } = reading;
  const unit = pattern[reading.at] ?? '';
  reading.at += 1;
  if (unit === '^' || unit === '$') return '';
  if (unit === '.') return 'x';
  if (unit === '\\') return escaped(reading);
  if (unit === '[') return ofClass(reading);
  if (unit === '(') return group(reading);
  return unit;
}

function escaped(reading: Reading): string {
  const unit = reading.pattern[reading.at] ?? '';
  reading.at += 1;
  return PLACES.includes(unit) ? '' : (CLASSES[unit] ?? unit);
}

function group(reading: Reading): string {
  const flags = /^\?(?:P?<\w+>|[imsU-]*:|[imsU-]*(?=\)))/.exec(
    reading.pattern.slice(reading.at, reading.at + 100),
  );
  reading.at += flags?.[0].length ?? 0;
  const text = branches(reading);
  if (reading.pattern[reading.at] === ')') reading.at += 1;
  return text;
}

/** One character of a class such as `[a-z_]` or `[^/]`. */
function ofClass(reading: Reading): string {
  const rest = reading.pattern.slice(reading.at);
  const body = /^\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*/.exec(rest)?.[0] ?? '';
  reading.at += body.length + 1;
  const isNegated = body.startsWith('^');
  const inside = (isNegated ? body.slice(1) : body).replace(
    /\[:(\w+):\]/g,
    (_, name: string) => POSIX[name] ?? 'a',
  );
  const members = inside.replace(/\\([\s\S])/g, (_, unit: string) => CLASSES[unit] ?? unit);
  if (!isNegated) return members[reading.variant % 2 === 0 ? 0 : members.length - 1] ?? '';
  return OUTSIDERS.find((unit) => !members.includes(unit) && !isInRange(unit, members)) ?? '\u00e9';
}

const POSIX: Readonly<Record<string, string>> = {
  alpha: 'a',
  digit: '7',
  alnum: 'a',
  space: ' ',
  upper: 'A',
  lower: 'a',
};

function isInRange(unit: string, members: string): boolean {
  return [...members.matchAll(/(.)-(.)/gs)].some(([, from = '', to = '']) => from <= unit && unit <= to);
}

/** As few as may be, or one more for every second variant. */
function repetitions(reading: Reading): number {
  const rest = reading.pattern.slice(reading.at, reading.at + 16);
  const [found = '', least = '', most] = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(rest) ?? [];
  reading.at += found.length;
  if (found === '') return 1;
  const more = reading.variant % 2;
  if (found.startsWith('{')) {
    const room = most === '' || Number(most ?? 0) > Number(least) ? more : 0;
    return Math.min(Number(least) + room, REPEATED_MAX);
  }
  return found.startsWith('+') ? 1 + more : more;
}
