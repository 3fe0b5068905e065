import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';
import { rankOf, type ToolClass, worseOf } from '../classes/index.ts';
import { type Action, type Choosable, readAction, readSwitched } from './actions.ts';
import { type Argument, MAX_ARGUMENTS } from './arguments.ts';
import { type Findings, findingsOf, textsOf, weigh } from './classify.ts';
import { hintOf, type Surroundings, type ToolDefinition } from './definition.ts';
import type { Finding, Runs } from './finding.ts';
import { verbOf } from './lexicon.ts';
import { asRead, lookAt } from './look.ts';
import { SAID } from './said.ts';
import { choosesAction, isTold } from './schema.ts';
import { hidesCharacters, mixesLetters, wordsOfName, wordsOfSentence } from './text.ts';
import { resembled } from './well-known.ts';

/** What a rule for a tool can depend on, beside its class. */
type Understanding = {
  readonly class: ToolClass;
  /** Its name hides characters, or is made to look like another one. */
  readonly isDisguised: boolean;
  /** Nothing in the definition says what the tool does, so that its class says no more than that. */
  readonly isUnclear: boolean;
  /** It runs what it is given; of statements, unless its server says that they may only read. */
  readonly runs?: Runs;
  /** The argument of whose choices some must not pass: they alone make the tool Destructive or Financial, or nobody knows them. */
  readonly choice?: Choice;
};

/** The choices of one argument, by what they do. Whatever is not among them is not known. */
export type Choice = {
  readonly argument: string;
  /** What the tool is when only the free ones are chosen, and runs then. */
  readonly rest: ToolClass;
  readonly runs?: Runs;
  /** Neither Destructive nor Financial, and they run nothing that they are given. */
  readonly free: readonly Choosable[];
  /** Financial, or they run what else is in the call, or nothing says what they do. */
  readonly asked: readonly Choosable[];
  /** Destructive. */
  readonly refused: readonly Choosable[];
  /** The schema says that a call without the argument means one of the free ones. */
  readonly hasFreeDefault: boolean;
};

/** What a definition says as far as a rule for the tool depends on it. Pure, as `classify`. */
export function understand(tool: ToolDefinition, around: Surroundings = {}): Understanding {
  const texts = textsOf(tool);
  const found = findingsOf(tool, texts, around);
  const { class: toolClass, findings } = weigh(tool, found);
  const choice = choiceOf(tool, found, texts.words);
  const running = runsIn(findings);
  return {
    class: toolClass,
    isDisguised: hidesCharacters(tool.name) || mixesLetters(tool.name) || resembled(tool.name) !== undefined,
    isUnclear: findings.length === 0,
    ...(running.runs === 'statements' && isReader(tool) ? {} : running),
    ...(choice === undefined ? {} : { choice }),
  };
}

/** Its server says that it only reads, and so lets the database run statements that only read. */
function isReader({ annotations, description = '' }: ToolDefinition): boolean {
  const { may, text } = asRead(lookAt(description));
  const isSaid = may.includes('limited') && SAID.limited.says.test(text);
  return isSaid || hintOf(annotations, 'readOnlyHint') === true;
}

function runsIn(findings: readonly Finding[]): { readonly runs?: Runs } {
  const runs = findings.find((one) => one.runs !== undefined)?.runs;
  return runs === undefined ? {} : { runs };
}

function choiceOf(tool: ToolDefinition, found: Findings, ofTool: readonly string[]): Choice | undefined {
  const [argument] = choosing(found);
  if (argument === undefined || !isAlone(argument, found.arguments)) return undefined;
  if (!isHeldTo(tool.inputSchema, argument)) return undefined;
  const actions = actionsOf(argument, found, ofTool);
  const isOf = (toolClass: ToolClass) => (one: Action) => one.class === toolClass;
  const free = actions.filter(
    (one) => one.class !== undefined && one.runs !== true && rankOf(one.class) < rankOf('Destructive'),
  );
  const refused = actions.filter(isOf('Destructive'));
  const bad = actions.filter((one) => !free.includes(one));
  if (free.length === 0 || bad.length === 0) return undefined;
  const left = without(found, argument, { free, bad, refused });
  const beside = weigh({ annotations: annotationsLeft(tool, refused) }, left);
  const rest = free.reduce<ToolClass>((worst, one) => worseOf(worst, one.class ?? 'Read'), beside.class);
  if (rankOf(rest) >= rankOf('Destructive')) return undefined;
  const valuesOf = (some: readonly Action[]): readonly Choosable[] => some.map(({ value }) => value);
  return {
    argument: argument.name,
    rest,
    ...runsIn(beside.findings),
    free: valuesOf(free),
    asked: valuesOf(bad.filter((one) => !refused.includes(one))),
    refused: valuesOf(refused),
    hasFreeDefault: valuesOf(free).some((value) => value === defaultOf(tool.inputSchema, argument)),
  };
}

/** What the schema puts in the place of an absent argument. Where null will do, that may mean something else to the server. */
function defaultOf(schema: Json | undefined, { name, type }: Argument): Json | undefined {
  const properties = isJsonObject(schema) ? ownProperty(schema, 'properties') : undefined;
  const property = isJsonObject(properties) ? ownProperty(properties, name) : undefined;
  const isSure = isJsonObject(property) && ownProperty(property, 'type') === type;
  return isSure ? ownProperty(property, 'default') : undefined;
}

function actionsOf(argument: Argument, found: Findings, ofTool: readonly string[]): readonly Action[] {
  const { choices, name, type } = argument;
  if (type !== 'boolean')
    return choices.filter((value) => value.isWellFormed()).map((value) => readAction(value, ofTool));
  const toolClass = found.shaped.find((one) => one.argument === name)?.class;
  return toolClass === undefined ? [] : readSwitched(toolClass);
}

/** Arguments whose choices make the tool worse; where its name does not say what it does, also those that choose what nobody knows. */
function choosing({ arguments: all, named, shaped }: Findings): readonly Argument[] {
  const isBad = (one: Finding): boolean => rankOf(one.class) >= rankOf('Destructive');
  const names = new Set(shaped.filter(isBad).flatMap(({ argument }) => argument ?? []));
  if (names.size > 0) return all.filter(({ name }) => names.has(name));
  return isTold(named) ? [] : all.filter(choosesAction);
}

/** No other argument is called the same to a server that tells letters less apart: `action` beside `Action`. */
function isAlone(argument: Argument, all: readonly Argument[]): boolean {
  const nameOf = ({ name }: Argument): string => wordsOfName(name).join(' ');
  return all.filter((one) => nameOf(one) === nameOf(argument)).length === 1;
}

/** Words of JSON Schema by which there may be other arguments than the properties. */
const OPENING = [
  ...['$ref', '$dynamicRef', 'anyOf', 'oneOf', 'allOf', 'if', 'dependentSchemas', 'dependencies'],
  ...['patternProperties', 'unevaluatedProperties'],
];

/** Names that rules tell agents as they are: no sentence, and no path into another argument. */
const PLAIN = /^[\w-]{1,64}$/;

/** The argument is one text, or a switch, at the top of a schema that names all arguments, so that a call can be held to it. */
function isHeldTo(schema: Json | undefined, { choices, isPart, name, type }: Argument): boolean {
  if (!isJsonObject(schema) || isPart || !PLAIN.test(name)) return false;
  const isText = (type === 'string' || type === '') && choices.length > 0;
  if (!isText && type !== 'boolean') return false;
  const properties = ownProperty(schema, 'properties');
  const isOpen = (ownProperty(schema, 'additionalProperties') ?? false) !== false;
  return (
    isJsonObject(properties) &&
    Object.keys(properties).length <= MAX_ARGUMENTS &&
    Object.hasOwn(properties, name) &&
    !isOpen &&
    !OPENING.some((word) => Object.hasOwn(schema, word))
  );
}

type Sorted = Readonly<Record<'free' | 'bad' | 'refused', readonly Action[]>>;

/** The findings that stay when none of the bad actions is asked for. */
function without(found: Findings, argument: Argument, actions: Sorted): Findings {
  return {
    ...found,
    shaped: found.shaped.filter((one) => one.argument !== argument.name),
    described: found.described.filter((one) => !isOfAction(one, actions)),
  };
}

/** A sentence that tells of a bad action tells of a free one too, as in "List, create or delete"; or it says that there is no way back. */
function isOfAction({ class: of, quote, verb }: Finding, { bad, free, refused }: Sorted): boolean {
  if (verb === undefined) return of === 'Destructive' && refused.length > 0;
  if (!bad.some(({ verbs }) => verbs.includes(verb))) return false;
  const freeVerbs = new Set(free.flatMap(({ verbs }) => verbs));
  const words = wordsOfSentence(quote, MAX_QUOTED);
  return words.length === 1 || words.some((word) => freeVerbs.has(verbOf(word)?.base ?? ''));
}

/** Words of a quotation, which has at most 200 characters. */
const MAX_QUOTED = 100;

/** What a tool says of the worst that it does is said of an action that is refused. */
function annotationsLeft({ annotations }: ToolDefinition, refused: readonly Action[]): Json {
  const readOnlyHint = hintOf(annotations, 'readOnlyHint');
  const destructiveHint = refused.length > 0 ? undefined : hintOf(annotations, 'destructiveHint');
  return {
    ...(readOnlyHint === undefined ? {} : { readOnlyHint }),
    ...(destructiveHint === undefined ? {} : { destructiveHint }),
  };
}
