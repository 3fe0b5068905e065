import { isJsonObject, type Json } from '@boomgate/engine';
import type { Argument } from './arguments.ts';
import type { Field, Finding, Signal, SignalName } from './finding.ts';
import { isRunnable } from './lexicon.ts';
import { type Look, lookAt } from './look.ts';
import { remembering } from './memo.ts';
import { SPEECH } from './speech.ts';
import { hiddenIn, hidesCharacters, MAX_TEXT, mixesLetters, quotation, wordsOfCommonName } from './text.ts';
import { resembled } from './well-known.ts';

/** Words that make an argument of a kind; the name of an argument is read word by word. */
const ARGUMENTS: readonly (readonly [SignalName, RegExp])[] = [
  [
    'credentials',
    /\b(?:password|passwd|passphrase|secret|credentials?|api ?key|private ?key|access ?key|(?:access|auth|bearer|api|refresh|bot) token|connection string|mnemonic)\b|^token$/,
  ],
  ['url', /\b(?:url|urls|uri|endpoint|href|webhook|hostname|host)\b/],
  ['file_path', /\b(?:path|paths|file|filename|filepath|directory|dir|folder|destination)\b/],
  ['code', /\b(?:html|markup|xml|svg|template|markdown)\b/],
  ['bulk', /\b(?:ids|items|all|batch|bulk|recipients|emails|files|paths|urls)\b/],
  ['admin', /\b(?:role|roles|permission|permissions|is admin|scopes)\b/],
];
const ADMIN =
  /\b(?:admin|admins|permission|permissions|role|roles|iam|sudo|root|policy|organization member|org member|team member|user access)\b/;
const BULK = /\b(?:bulk|batch|all|many|mass|multiple)\b/;
const OUTWARD = /^(?:send|post|publish|notify|email|broadcast|share|tweet|reply|message|invite)$/;

export type Readable = {
  readonly name: string;
  /** The words of the name. */
  readonly words: readonly string[];
  readonly title: Look;
  readonly description: Look;
  readonly inputSchema: Json | undefined;
  readonly outputSchema: Json | undefined;
};

/** What else there is to know: from the texts as they came, and from what was found in them. */
export function readSignals(
  texts: Readable,
  args: readonly Argument[],
  findings: readonly Finding[],
): readonly Signal[] {
  const { words } = texts;
  const phrase = words.join(' ');
  const found: Signal[] = [];
  for (const argument of args) found.push(...signalsOfArgument(argument));
  const note = (signal: SignalName, field: Field, quote: string): void => {
    found.push({ signal, field, quote: quotation(quote, 120) });
  };
  const bulk = BULK.exec(phrase);
  if (bulk !== null) note('bulk', 'name', bulk[0]);
  const admin = ADMIN.exec(phrase);
  if (admin !== null) note('admin', 'name', admin[0]);
  const outward = words.find((word) => OUTWARD.test(word));
  if (outward !== undefined && findings.some(({ class: toolClass }) => toolClass !== 'Read'))
    note('sends_outward', 'name', outward);
  const wellKnown = resembled(texts.name);
  if (wellKnown !== undefined) note('lookalike_name', 'name', `${texts.name} (like ${wellKnown})`);
  else if (mixesLetters(texts.name)) note('lookalike_name', 'name', `${texts.name} (letters of two scripts)`);
  if (findings.length === 0) note('unclear', 'name', texts.name);
  found.push(...signalsOfTexts(texts));
  return onePerKind(found);
}

/** What the name of an argument tells by itself; the names of arguments come again and again. */
const ofArgumentName = remembering((name): { readonly kinds: readonly SignalName[]; readonly look: Look } => {
  const words = wordsOfCommonName(name);
  const phrase = words.join(' ');
  const kinds = ARGUMENTS.filter(([, pattern]) => pattern.test(phrase)).map(([kind]) => kind);
  const isCode = isRunnable(words) && !kinds.includes('code');
  return { kinds: isCode ? [...kinds, 'code'] : kinds, look: lookAt(name) };
});

function signalsOfArgument({ name, type, description }: Argument): readonly Signal[] {
  const named = ofArgumentName(name).kinds;
  const takesSql = description.includes('SQL') && /\bSQL\b/.test(description.slice(0, 300));
  if (named.length === 0 && !takesSql) return [];
  const kinds = named.filter((kind) => kind !== 'bulk' || type === 'array');
  const all: readonly SignalName[] = takesSql && !kinds.includes('code') ? [...kinds, 'code'] : kinds;
  return all.map((signal) => ({ signal, field: 'inputSchema', quote: quotation(name, 120) }));
}

function signalsOfTexts(texts: Readable): readonly Signal[] {
  const found: Signal[] = [];
  const read = (field: Field, look: Look): void => {
    const isUsual = look.isPlain && look.may.length === 0 && look.length <= MAX_TEXT;
    if (!isUsual) found.push(...signalsOfText(field, look));
  };
  read('name', lookAt(texts.name));
  read('title', texts.title);
  read('description', texts.description);
  for (const field of ['inputSchema', 'outputSchema'] as const) {
    const isAllRead = readTexts(texts[field], (look) => read(field, look));
    if (!isAllRead) found.push({ signal: 'oversized', field, quote: `more than ${MAX_SCHEMA_PARTS} parts` });
  }
  return found;
}

/** Texts and names of a schema that are looked at: a model reads all of them, wherever in it they stand. */
const MAX_SCHEMA_PARTS = 5_000;

/** Whether those were all. */
function readTexts(schema: Json | undefined, read: (look: Look) => void): boolean {
  const open: Json[] = isJsonObject(schema) ? [schema] : [];
  let parts = 0;
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    parts += 1;
    if (typeof one === 'string') read(lookAt(one));
    if (typeof one !== 'object' || one === null) continue;
    const inner: readonly Json[] = Array.isArray(one) ? one : Object.values(one);
    if (parts + open.length + inner.length > MAX_SCHEMA_PARTS) return false;
    if (!Array.isArray(one)) for (const key of Object.keys(one)) read(ofArgumentName(key).look);
    for (const value of inner) open.push(value);
  }
  return true;
}

function signalsOfText(field: Field, look: Look): readonly Signal[] {
  const found: Signal[] = [];
  const speech = speechIn(look);
  if (speech !== undefined) found.push({ signal: 'poisoning', field, quote: around(look.text, speech) });
  if (!look.isPlain && hidesCharacters(look.text))
    found.push({ signal: 'hidden_characters', field, quote: escaped(look.text) });
  if (look.length > MAX_TEXT) found.push({ signal: 'oversized', field, quote: `${look.length} characters` });
  return found;
}

/** The first place where a text speaks to the model, if it does. */
function speechIn({ text, may }: Look): RegExpExecArray | undefined {
  let first: RegExpExecArray | undefined;
  for (const name of may) {
    const found = isSpeech(name) ? SPEECH[name].says.exec(text) : null;
    if (found !== null && (first === undefined || found.index < first.index)) first = found;
  }
  return first;
}

const isSpeech = (name: Look['may'][number]): name is keyof typeof SPEECH => name in SPEECH;

const around = (text: string, { index, 0: match }: RegExpExecArray): string =>
  quotation(text.slice(Math.max(0, index - 20), index + match.length + 60), 160);

/** The hidden characters by their code points, since they cannot be shown. */
function escaped(text: string): string {
  const codes = hiddenIn(text).map(
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return [...new Set(codes)].slice(0, 8).join(' ');
}

function onePerKind(signals: readonly Signal[]): readonly Signal[] {
  if (signals.length < 2) return signals;
  const seen = new Set<SignalName>();
  return signals.filter(({ signal }) => !seen.has(signal) && seen.add(signal));
}
