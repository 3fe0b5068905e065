import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';
import { escapeSegment } from '../json/pointer.ts';
import type { ProblemCode } from '../problem.ts';
import type { CompilePattern } from './patterns.ts';
import { similarWord } from './similar.ts';
import { found, quoted } from './words.ts';

/** A problem before its line and column are looked up; `at` says whether the key or the value is to be shown. */
export type Finding = {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly pointer: string;
  readonly at: 'key' | 'value';
};

/** What one reading of a document shares. */
export type Reading = {
  readonly findings: Finding[];
  readonly regex: CompilePattern;
  /** Where a limit stands in the document, by its id: short forms and dialects put it elsewhere than its id says. */
  readonly limitPointers: Map<string, string>;
};

/**
 * One place in the document. Chapters read places and give the policy's part or undefined; what is wrong is
 * collected, so that every fault of a document is told at once.
 */
export type Place = { readonly value: Json; readonly pointer: string; readonly reading: Reading };

export function report(place: Place, code: ProblemCode, message: string): undefined {
  place.reading.findings.push({ code, severity: 'error', message, pointer: place.pointer, at: 'value' });
}

/** A fault of the name under which a place stands. */
export function reportKey(place: Place, code: ProblemCode, message: string): undefined {
  place.reading.findings.push({ code, severity: 'error', message, pointer: place.pointer, at: 'key' });
}

export function warnKey(place: Place, code: ProblemCode, message: string): undefined {
  place.reading.findings.push({ code, severity: 'warning', message, pointer: place.pointer, at: 'key' });
}

export function child(place: Place, key: string, value: Json): Place {
  return { value, pointer: `${place.pointer}/${escapeSegment(key)}`, reading: place.reading };
}

/** The members of an object by key; undefined, and reported with how to mend it, for anything else. */
export function members(place: Place, what: string, mend = ''): ReadonlyMap<string, Place> | undefined {
  const { value } = place;
  if (!isJsonObject(value)) {
    return report(place, 'not_an_object', `expected an object for ${what}, found ${found(value)}${mend}`);
  }
  return new Map(Object.keys(value).map((key) => [key, child(place, key, memberOf(value, key))]));
}

function memberOf(object: JsonObject, key: string): Json {
  // The key was just listed as an own one.
  return object[key] as Json;
}

/** Members of an object whose keys are fixed. */
export type Fields<Key extends string> = {
  readonly get: (key: Key) => Place | undefined;
  readonly place: Place;
};

/** An object with known keys: every other key is reported, with the one that was probably meant. */
export function fields<Key extends string>(
  place: Place,
  keys: readonly Key[],
  what: string,
): Fields<Key> | undefined {
  const all = members(place, what);
  if (all === undefined) return undefined;
  const known: readonly string[] = keys;
  for (const [key, member] of all) if (!known.includes(key)) reportUnknown(member, key, { known, what });
  return { get: (key) => all.get(key), place };
}

/** Keys of other languages and of other places, and what to write here instead. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['conditions', 'conditions stand in a rule under "deny_if", "require" or "require_approval_if"'],
  ['rate_limit', 'here write it out under "limits"'],
  ['state', 'counters stand under "limits"; `boomgate policy import` translates Intercept files'],
  ['approval_timeout', 'write "approval": { "timeout": "10m" }'],
  ['allow_if', 'write what must hold under "require"'],
  ['rules', 'a list of rules stands in an entry: "tools": { "NAME": { "rules": [ … ] } }'],
  ['allow', 'list what is allowed under "tools", as "NAME": {}'],
  ['deny', 'list what is denied under "tools", as "NAME": { "action": "deny" }, or under "hide"'],
  ['approval', 'it stands in an entry of "tools"'],
  ['mode', 'whether a policy is enforced or only observed is a setting of the grant'],
  ['name', 'a policy has its name where it is declared or saved; texts for people go into "description"'],
  ['rate', 'write "window" and "max", or "rate_limit": "10/minute" in place of the limit'],
  ['period', 'write "window"'],
  ['operator', 'write "op"'],
  ['effect', 'write "action": "allow", "deny" or "require_approval"'],
  ['<<', 'keys are not merged; let an alias stand for the whole value'],
  ['message', 'the text for the agent is "on_deny" of a rule and "reason" of an entry'],
]);

/** Looking for what was meant takes time; after so many findings nobody reads on. */
const HINTED_FINDINGS = 500;

type Around = { readonly known: readonly string[]; readonly what: string };

function reportUnknown(place: Place, key: string, { known, what }: Around): void {
  const isHinted = place.reading.findings.length < HINTED_FINDINGS;
  const meant = isHinted ? similarWord(key, known) : undefined;
  const hint =
    meant !== undefined
      ? `did you mean ${quoted(meant)}?`
      : (ELSEWHERE.get(key) ?? `the keys here are ${known.join(', ')}`);
  reportKey(place, 'unknown_key', `unknown key ${quoted(key)} in ${what}; ${hint}`);
}

/** A member that must be there; its absence is reported at the object. */
export function required<Key extends string>(of: Fields<Key>, key: Key, mend: string): Place | undefined {
  return of.get(key) ?? report(of.place, 'missing_key', `expected the key ${quoted(key)}; ${mend}`);
}

/** The elements of a list; none, and reported, for anything else or for more than `max`. */
export function elements(place: Place | undefined, what: string, max: number): readonly Place[] {
  if (place === undefined) return [];
  const { value } = place;
  if (!Array.isArray(value)) {
    report(place, 'bad_type', `expected a list for ${what}, found ${found(value)}; write [ … ]`);
    return [];
  }
  if (value.length > max) {
    report(
      place,
      'too_many',
      `expected at most ${max} items in ${what}, found ${value.length}; split or shorten it`,
    );
    return [];
  }
  return value.map((item: Json, index) => child(place, String(index), item));
}

export function text(place: Place | undefined, what: string): string | undefined {
  if (place === undefined) return undefined;
  if (typeof place.value === 'string') return place.value;
  return report(place, 'bad_type', `expected a text for ${what}, found ${found(place.value)}`);
}

/** A text for people; an empty one is as good as none. */
export function prose(place: Place | undefined, what: string): string | undefined {
  return text(place, what) || undefined;
}

export function flag(place: Place | undefined, what: string): boolean | undefined {
  if (place === undefined) return undefined;
  if (typeof place.value === 'boolean') return place.value;
  return report(place, 'bad_type', `expected true or false for ${what}, found ${found(place.value)}`);
}

/** How other languages say what a word of ours says, where no slip of a finger leads to it. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ...['approve', 'approval', 'ask', 'confirm', 'hold', 'review'].map(
    (word) => [word, 'require_approval'] as const,
  ),
  ...['block', 'disallow', 'forbid', 'refuse', 'reject'].map((word) => [word, 'deny'] as const),
  ...['accept', 'pass', 'permit'].map((word) => [word, 'allow'] as const),
]);

function meantWord(written: string, words: readonly string[]): string | undefined {
  const other = OTHER_WORDS.get(written.toLowerCase());
  return words.find((word) => word === other) ?? similarWord(written, words);
}

/** One word of a few. */
export function oneOf<Word extends string>(
  place: Place | undefined,
  words: readonly Word[],
  what: string,
): Word | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  const word = words.find((candidate) => candidate === value);
  if (word !== undefined) return word;
  const meant = typeof value === 'string' ? meantWord(value, words) : undefined;
  const mend = meant === undefined ? '' : `; did you mean ${quoted(meant)}?`;
  const code = typeof value === 'string' ? 'bad_value' : 'bad_type';
  return report(
    place,
    code,
    `expected ${words.map(quoted).join(' or ')} for ${what}, found ${found(value)}${mend}`,
  );
}

export type IntegerRange = { readonly min: number; readonly max: number };

export function integer(place: Place, what: string, { min, max }: IntegerRange): number | undefined {
  const { value } = place;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return report(
    place,
    typeof value === 'number' ? 'bad_value' : 'bad_type',
    `expected a whole number ${range} for ${what}, found ${found(value)}`,
  );
}
