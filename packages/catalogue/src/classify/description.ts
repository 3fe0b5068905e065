import { rankOf } from '../classes/index.ts';
import type { Field, Finding } from './finding.ts';
import { type Form, type Verb, verbOf } from './lexicon.ts';
import type { Look } from './look.ts';
import { REPORTS } from './name.ts';
import { meaningOf } from './objects.ts';
import { readForeign } from './other-languages.ts';
import { SAID } from './said.ts';
import { firstWordOf, quotation, sentencesOf, wordsOfSentence } from './text.ts';

/** Sentences and words that are read; what a tool does stands at the beginning. */
const MAX_SENTENCES = 24;
const MAX_WORDS = 60;
/** Words after a verb that are its object. */
const OBJECT_WORDS = 8;
const MAX_FILLERS = 9;
/** Words that show whether a sentence is worth reading: those before its verb, the verb and the one after it. */
const HEAD_WORDS = MAX_FILLERS + 1;

const FILLERS: ReadonlySet<string> = new Set(
  `a an the this that it tool tools function method endpoint command api mcp to for of which used use lets let allows allow you
  your users user agents agent one can could may will also optionally
  bulk batch and then please able enables helps provides
  ability way performs warning note important soft force hard helper utility try tries attempt attempts`.split(
    /\s+/,
  ),
);
const SUBJECTS: ReadonlySet<string> = new Set(
  'it this tool can may will also optionally permanently automatically'.split(' '),
);
const JOINTS: ReadonlySet<string> = new Set(['and', 'or', 'then', ',', '/', '&']);
const ADVERBS: ReadonlySet<string> = new Set(
  'optionally then also permanently immediately safely'.split(' '),
);

/** From here on a description lists arguments, results and examples. */
const APPENDIX =
  /(?:^|\n|\s)(?:args|arguments|parameters|params|returns?|examples?|usage|inputs?|outputs?)\s*:/i;

/** What the sentences of a description (or a title) say. Never lowers anything: it only gives findings. */
export function readSentences({ text, isPlain, may }: Look, field: Field): readonly Finding[] {
  if (text === '') return [];
  const appendix = text.includes(':') ? text.search(APPENDIX) : -1;
  const body = appendix > 0 ? text.slice(0, appendix) : text;
  const mayBeLimited = may.includes('limited');
  const found: Finding[] = [];
  let isFirst = true;
  for (const [index, sentence] of sentencesOf(body, { isPlain, max: MAX_SENTENCES }).entries()) {
    const read = readSentence(sentence, { isFirst, mayBeLimited, field });
    found.push(...read);
    if (read.length > 0 || index >= MAX_LABELS || !isLabel(sentence)) isFirst = false;
  }
  found.push(...readForeign(body, field));
  return [...found, ...readWhole(body, may, field)];
}

/** Sentences that may stand before the one that says what the tool does: "Deprecated.", "# Users". */
const MAX_LABELS = 3;
/** Words of one. */
const LABEL_WORDS = 4;

/** A sentence of few words and without a verb that leads. */
function isLabel(sentence: string): boolean {
  const words = wordsOfSentence(sentence, LABEL_WORDS + 1);
  return words.length <= LABEL_WORDS && placeOfLead(words) === undefined;
}

type Place = { readonly isFirst: boolean; readonly mayBeLimited: boolean; readonly field: Field };

function readSentence(sentence: string, { isFirst, mayBeLimited, field }: Place): readonly Finding[] {
  if (!isFirst && !mayLead(firstWordOf(sentence))) return [];
  const whole = wordsOfSentence(sentence, isFirst ? MAX_WORDS : HEAD_WORDS);
  const head = isFirst ? fromLead(whole, sentence) : whole;
  const at = placeOfLead(head);
  const lead = at === undefined ? undefined : verbOf(head[at] ?? '');
  if (at === undefined || lead === undefined) return [];
  if (lead.form === 'noun' && !isDone(head[at - 1])) return [];
  if (!isFirst && !describesTool(head, { at, form: lead.form })) return [];
  if (REPORTS.has(head[at + 1] ?? '') && lead.class !== 'Destructive' && lead.class !== 'Read') return [];
  if (mayBeLimited && SAID.limited.says.test(sentence)) return [];
  const words = isFirst ? head : wordsOfSentence(sentence, MAX_WORDS);
  const quote = quotation(sentence);
  const found = [findingOf(lead, { words, place: at, quote, field })];
  for (const { place, verb } of joined(words, { at, form: lead.form }))
    if (!isCompound(sentence, words, place)) found.push(findingOf(verb, { words, place, quote, field }));
  return isFirst ? found : found.filter(({ strong }) => strong);
}

/** Nouns that make a verb before them a noun too: `branch, commit SHA`. */
const OF_COMPOUNDS = /^(?:sha|shas|hash|hashes|status|statuses)$/;

/** What is kept beside commits: in "between branches or commits" the word is a noun. */
const BESIDE_COMMITS = /^(?:branches|tags|prs|refs|releases|repositories|repos|issues|diffs)$/;

/** Beside such a noun, before the joint or after the next one. */
function isCommitOfMany(
  words: readonly string[],
  { joint, place }: { readonly joint: number; readonly place: number },
): boolean {
  if (words[place] !== 'commits') return false;
  const next = JOINTS.has(words[place + 1] ?? '') ? words[place + 2] : undefined;
  return BESIDE_COMMITS.test(words[joint - 1] ?? '') || BESIDE_COMMITS.test(next ?? '');
}

/** A part of a noun: "labels, and start-form fields". */
function isCompound(sentence: string, words: readonly string[], place: number): boolean {
  const next = words[place + 1];
  if (next === undefined) return false;
  return OF_COMPOUNDS.test(next) || sentence.toLowerCase().includes(` ${words[place] ?? ''}-${next}`);
}

/** What stands before the tool's verb: "[Beta]", "Stripe:", "WhatsApp -". */
const LABEL = /^(?:[[(][^\])\n]{1,40}[\])]|[^:.,\n]{1,40}(?::| [-–—]))\s/;
/** Words that begin a condition: "given an id, deletes the user". */
const CONDITION = /^(?:given|when|if|once|after|for|with|on|upon)$/;

/** The words, without a label or a condition before the verb where none leads otherwise. */
function fromLead(words: readonly string[], sentence: string): readonly string[] {
  if (placeOfLead(words) !== undefined) return words;
  const text = sentence.trimStart();
  const label = LABEL.exec(text.slice(0, MAX_LABEL))?.[0];
  if (label !== undefined) {
    const rest = wordsOfSentence(text.slice(label.length), MAX_WORDS);
    if (placeOfLead(rest) !== undefined) return rest;
  }
  const allows = words.findIndex((word, at) => at < MAX_SUBJECT && ALLOWS.has(word));
  if (allows > 0) return words.slice(allows);
  const comma = CONDITION.test(words[0] ?? '') ? words.indexOf(',') : -1;
  return comma > 0 ? words.slice(comma + 1) : words;
}

/** Words of what allows something: "the new order API allows users to place an order". */
const MAX_SUBJECT = 14;
const ALLOWS: ReadonlySet<string> = new Set(['allows', 'lets', 'enables']);

/** Characters within which a label ends. */
const MAX_LABEL = 60;

/** "Performs deletion of" is a verb, where "payment of" by itself is not. */
const isDone = (word: string | undefined): boolean => /^(?:performs?|enables?|allows?)$/.test(word ?? '');

type Read = {
  readonly words: readonly string[];
  readonly place: number;
  readonly quote: string;
  readonly field: Field;
};

function findingOf(verb: Verb, { words, place, quote, field }: Read): Finding {
  const meaning = meaningOf(verb, words.slice(place + 1, place + 1 + OBJECT_WORDS));
  return {
    field,
    quote,
    class: meaning.class,
    because: `the verb "${verb.base}"`,
    strong: meaning.strong,
    verb: verb.base,
  };
}

/** Most later sentences are known by their first word to have no verb that leads. */
const mayLead = (word: string): boolean =>
  FILLERS.has(word) || word.endsWith('ly') || /^supports?$/.test(word) || verbOf(word) !== undefined;

/** The first verb, where only words that say nothing stand before it. */
function placeOfLead(words: readonly string[]): number | undefined {
  for (let at = 0; at < Math.min(words.length, MAX_FILLERS); at += 1) {
    const word = words[at] ?? '';
    if (ALLOWS.has(word)) return placeOfAllowed(words, at);
    const isFiller = saysNothing(words, at) && (at > 0 || words.length > 1) && isFillerHere(words, at);
    if (isFiller) continue;
    return verbOf(word) === undefined ? undefined : at;
  }
  return undefined;
}

/** Words after "allows" that name who may do it, as in "allows VIP users to transfer". */
const ALLOWED_WORDS = 6;

/** What "allows" allows: the verb after "to", "allows deleting", "allows deletion"; a thing that it allows is no verb. */
function placeOfAllowed(words: readonly string[], at: number): number | undefined {
  const next = verbOf(words[at + 1] ?? '');
  if (next !== undefined && next.form !== 'third') return at + 1;
  const to = words.slice(0, at + 2 + ALLOWED_WORDS).indexOf('to', at + 1);
  return to > 0 && verbOf(words[to + 1] ?? '')?.form === 'base' ? to + 1 : undefined;
}

/** Adverbs say how, not what; "supports" is one of these before a verb alone. */
function saysNothing(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  if (FILLERS.has(word) || (word.endsWith('ly') && verbOf(word) === undefined)) return true;
  return /^supports?$/.test(word) && isDoing(words[at + 1]);
}

const isDoing = (word: string | undefined): boolean => verbOf(word ?? '')?.form === 'ing';

/** "Use" and "allow" are verbs of their own, but for "use this tool to …" and "allows you to …" or "allows deleting". */
function isFillerHere(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  if (!/^(?:use|allows?|lets?|bulk|batch)$/.test(word)) return true;
  return (
    (/^(?:allows?|lets?)$/.test(word) && isDoing(words[at + 1])) ||
    /^(?:this|the|you|users?|agents?|to|it)$/.test(words[at + 1] ?? '') ||
    word === 'bulk' ||
    word === 'batch'
  );
}

/** Later sentences in the imperative tell the caller what to do; those in the third person, or with "can", tell what the tool does. */
function describesTool(
  words: readonly string[],
  lead: { readonly at: number; readonly form: Form },
): boolean {
  return lead.form === 'third' || words.slice(0, lead.at).some((word) => SUBJECTS.has(word));
}

/** "What you can check or edit": the verb before the joint, and so that after it, is what the caller does. */
const isOfCaller = (words: readonly string[], joint: number): boolean =>
  words[joint - 3] === 'you' &&
  /^(?:can|could|may|might|want|need|should)$/.test(words[joint - 2] ?? '') &&
  verbOf(words[joint - 1] ?? '') !== undefined;

/** Strong verbs of the same form after a comma, a slash, "and", "or" or "then", and what something is used to do. */
function joined(
  words: readonly string[],
  { at, form }: { readonly at: number; readonly form: Form },
): readonly { readonly place: number; readonly verb: Verb }[] {
  const found: { readonly place: number; readonly verb: Verb }[] = [];
  for (let joint = at + 1; joint < words.length; joint += 1) {
    if (!JOINTS.has(words[joint] ?? '') || isOfCaller(words, joint)) continue;
    let place = joint + 1;
    while (JOINTS.has(words[place] ?? '') || ADVERBS.has(words[place] ?? '')) place += 1;
    const verb = verbOf(words[place] ?? '');
    if (isCommitOfMany(words, { joint, place })) continue;
    if (verb?.strong === true && verb.form === form) found.push({ place, verb });
  }
  const to = form === 'third' && verbOf(words[at] ?? '')?.base === 'use' ? words.indexOf('to', at) : -1;
  const used = to > 0 ? verbOf(words[to + 1] ?? '') : undefined;
  if (used?.form === 'base') found.push({ place: to + 1, verb: used });
  return found;
}

/** What is said anywhere: that it cannot be undone, that it takes one of several actions. */
function readWhole(body: string, may: Look['may'], field: Field): readonly Finding[] {
  if (may.length === 0) return [];
  const found: Finding[] = [];
  const forGood = may.includes('forGood') ? SAID.forGood.says.exec(body) : null;
  if (forGood !== null) found.push(said('Destructive', forGood[0], field));
  if (may.includes('crud') && SAID.crud.says.test(body)) found.push(said('Destructive', 'CRUD', field));
  const listed = may.includes('actions') ? SAID.actions.says.exec(body)?.[1] : undefined;
  return listed === undefined ? found : [...found, ...readChoices(wordsOfSentence(listed, MAX_WORDS), field)];
}

function said(toolClass: Finding['class'], words: string, field: Field): Finding {
  const quote = quotation(words);
  return { field, quote, class: toolClass, because: `the words "${quote}"`, strong: true };
}

/** Of several actions that a tool takes, the worst; none that only reads is worth a finding. */
export function readChoices(choices: readonly string[], field: Field): readonly Finding[] {
  const found = choices.flatMap((choice): readonly Finding[] => {
    const verb = verbOf(choice);
    if (verb === undefined || verb.form !== 'base' || !verb.strong || verb.class === 'Read') return [];
    return [
      {
        field,
        quote: choice,
        class: verb.class,
        because: `the action "${choice}"`,
        strong: true,
        verb: verb.base,
      },
    ];
  });
  return found.toSorted((a, b) => rankOf(b.class) - rankOf(a.class)).slice(0, 1);
}
