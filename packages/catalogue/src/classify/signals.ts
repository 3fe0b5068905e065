import type { Argument } from './definition.ts';
import type { Field, Finding, Signal, SignalName } from './finding.ts';
import { RUNNABLE } from './schema.ts';
import { hidesCharacters, MAX_TEXT, quotation, wordsOfName } from './text.ts';
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
/** All of them in one, since most arguments are of no kind. */
const ANY = new RegExp(ARGUMENTS.map(([, pattern]) => pattern.source).join('|'));
const ADMIN =
  /\b(?:admin|admins|permission|permissions|role|roles|iam|sudo|root|policy|organization member|org member|team member|user access)\b/;
const BULK = /\b(?:bulk|batch|all|many|mass|multiple)\b/;
const OUTWARD = /^(?:send|post|publish|notify|email|broadcast|share|tweet|reply|message|invite)$/;

/** Text that speaks to the model instead of describing the tool. Bounded repetitions only. */
const SPEAKS_TO_MODEL = new RegExp(
  [
    String.raw`\b(?:ignore|disregard|forget|override) (?:\w+ ){0,3}(?:previous|prior|above|earlier|other|all|system|your) (?:\w+ ){0,2}(?:instructions?|prompts?|rules|messages?|guidelines)`,
    String.raw`\b(?:do not|don['’]?t|never|without) (?:\w+ ){0,2}(?:tell|telling|mention|mentioning|inform|informing|reveal|notify|notifying|show|alert|asking|ask)(?:ing)? (?:\w+ ){0,4}(?:the )?(?:user|human|person|operator)`,
    String.raw`<\/?(?:important|system|secret|instructions?|hidden|critical|admin|assistant)\b[^>\n]{0,40}>`,
    String.raw`\[(?:system|important|instructions?)\]`,
    String.raw`\b(?:you|assistant|the model|the agent|llm|ai) (?:must|shall|need to|have to|are required to) (?:\w+ ){0,3}(?:call|use|read|send|pass|include|run|execute|invoke|forward|copy|provide|first)\b`,
    String.raw`\b(?:before|after|instead of) (?:using|calling|running|invoking) (?:any|all|every|this|the|other)(?: \w+){0,2} tools?\b`,
    String.raw`\balways (?:\w+ ){0,2}(?:call|use|run|invoke) this (?:tool|function)`,
    String.raw`\b(?:system prompt|conversation history|chat history|previous messages)\b`,
    String.raw`(?:~\/\.|\.ssh\/|id_rsa|\.aws\/credentials|mcp\.json|\/etc\/passwd)`,
    String.raw`\b(?:new|updated|additional) instructions?\s*:`,
    String.raw`\byou are (?:now|an? (?:ai|assistant|agent))\b`,
  ].join('|'),
  'i',
);

export type Readable = { readonly name: string; readonly title: string; readonly description: string };

/** What else there is to know: from the texts as they came, and from what was found in them. */
export function readSignals(
  texts: Readable,
  args: readonly Argument[],
  findings: readonly Finding[],
): readonly Signal[] {
  const words = wordsOfName(texts.name);
  const phrase = words.join(' ');
  const found: Signal[] = args.flatMap(signalsOfArgument);
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
  if (findings.length === 0) note('unclear', 'name', texts.name);
  return onePerKind([...found, ...signalsOfTexts(texts, args)]);
}

function signalsOfArgument({ name, words, type, description }: Argument): readonly Signal[] {
  const phrase = words.join(' ');
  if (!ANY.test(phrase) && !RUNNABLE.has(words.at(-1) ?? '') && !description.includes('SQL')) return [];
  const kinds = ARGUMENTS.filter(
    ([kind, pattern]) => pattern.test(phrase) && (kind !== 'bulk' || type === 'array'),
  );
  const takesCode = RUNNABLE.has(words.at(-1) ?? '') || /\bSQL\b/.test(description.slice(0, 300));
  const names = new Set<SignalName>([
    ...kinds.map(([kind]) => kind),
    ...(takesCode ? (['code'] as const) : []),
  ]);
  return [...names].map((signal) => ({ signal, field: 'inputSchema', quote: quotation(name, 120) }));
}

function signalsOfTexts(
  { name, title, description }: Readable,
  args: readonly Argument[],
): readonly Signal[] {
  const texts: readonly (readonly [Field, string])[] = [
    ['name', name],
    ['title', title],
    ['description', description],
    ...args.flatMap(({ name: key, description: text }): [Field, string][] => [
      ['inputSchema', key],
      ['inputSchema', text],
    ]),
  ];
  // Most tools have nothing of the kind, which one look at all of it together shows.
  const whole = texts.map(([, text]) => text.slice(0, MAX_TEXT)).join('\n');
  const isPlain = !SPEAKS_TO_MODEL.test(whole) && !hidesCharacters(whole);
  if (isPlain && whole.length < MAX_TEXT) return [];
  return texts.flatMap(([field, text]): readonly Signal[] => {
    if (text === '') return [];
    const read = text.slice(0, MAX_TEXT);
    const speech = SPEAKS_TO_MODEL.exec(read);
    return [
      ...(speech === null ? [] : [{ signal: 'poisoning', field, quote: around(read, speech) } as const]),
      ...(hidesCharacters(read)
        ? [{ signal: 'hidden_characters', field, quote: escaped(read) } as const]
        : []),
      ...(text.length > MAX_TEXT
        ? [{ signal: 'oversized', field, quote: `${text.length} characters` } as const]
        : []),
    ];
  });
}

const around = (text: string, { index, 0: match }: RegExpExecArray): string =>
  quotation(text.slice(Math.max(0, index - 20), index + match.length + 60), 160);

/** The hidden characters by their code points, since they cannot be shown. */
function escaped(text: string): string {
  const codes = [...text]
    .filter((character) => hidesCharacters(character))
    .map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  return [...new Set(codes)].slice(0, 8).join(' ');
}

function onePerKind(signals: readonly Signal[]): readonly Signal[] {
  const seen = new Set<SignalName>();
  return signals.filter(({ signal }) => !seen.has(signal) && seen.add(signal));
}
