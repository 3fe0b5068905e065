import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Asking, Question } from './contract.ts';

/**
 * What an agent can be asked, normalised: equal sets are one object with one number, so that there are few of them
 * whatever agents declare, and a legacy server needs few sessions (P §3.3).
 */
export type CapabilitySet = {
  /** The bits below; 0 is the set of those who cannot be asked anything. */
  readonly bits: number;
  /** As it is declared to a server. */
  readonly declared: JsonObject;
};

/** Whose request it is, as far as this room needs to know. */
export type Caller = {
  readonly grantId: string;
  readonly capabilities: CapabilitySet;
  readonly by: Asking['by'];
};

const FORM = 1;
const URL_MODE = 2;
const SAMPLING = 4;
const SAMPLING_TOOLS = 8;
const SAMPLING_CONTEXT = 16;
const ROOTS = 32;
const UI = 64;
const UI_HTML = 128;

/**
 * The one extension that travels, in both directions: what the gateway does not understand could get around a policy
 * (P §1.13). And the one setting that it has.
 */
export const UI_EXTENSION = 'io.modelcontextprotocol/ui';
const UI_MIME_TYPE = 'text/html;profile=mcp-app';

const sets: (CapabilitySet | undefined)[] = [];

function setOf(bits: number): CapabilitySet {
  sets[bits] ??= { bits, declared: declaredBy(bits) };
  return sets[bits];
}

export const NO_CAPABILITIES = setOf(0);
/** With which the gateway itself asks a modern server what it offers: everything that any agent could be asked. */
export const ALL_CAPABILITIES = setOf(FORM | URL_MODE | SAMPLING | ROOTS);

export function normalise({ elicitation, sampling, roots, extensions }: JsonObject): CapabilitySet {
  const ui = isJsonObject(extensions) ? extensions[UI_EXTENSION] : undefined;
  const bits =
    elicitationBits(elicitation) | samplingBits(sampling) | (isJsonObject(roots) ? ROOTS : 0) | uiBits(ui);
  return setOf(bits);
}

/** The same without roots, which a legacy server takes for those of its whole session. */
export function withoutRoots({ bits }: CapabilitySet): CapabilitySet {
  return setOf(bits & ~ROOTS);
}

/** An empty object means forms only (P §1.2). */
function elicitationBits(elicitation: Json | undefined): number {
  if (!isJsonObject(elicitation)) return 0;
  const { form, url } = elicitation;
  const bits = (isJsonObject(form) ? FORM : 0) | (isJsonObject(url) ? URL_MODE : 0);
  return bits === 0 ? FORM : bits;
}

function samplingBits(sampling: Json | undefined): number {
  if (!isJsonObject(sampling)) return 0;
  const { tools, context } = sampling;
  return (
    SAMPLING | (isJsonObject(tools) ? SAMPLING_TOOLS : 0) | (isJsonObject(context) ? SAMPLING_CONTEXT : 0)
  );
}

function uiBits(ui: Json | undefined): number {
  if (!isJsonObject(ui)) return 0;
  const { mimeTypes } = ui;
  return Array.isArray(mimeTypes) && mimeTypes.includes(UI_MIME_TYPE) ? UI | UI_HTML : UI;
}

function declaredBy(bits: number): JsonObject {
  const has = (bit: number, value: JsonObject, key: string) => ((bits & bit) === 0 ? {} : { [key]: value });
  const elicitation = { ...has(FORM, {}, 'form'), ...has(URL_MODE, {}, 'url') };
  const sampling = { ...has(SAMPLING_CONTEXT, {}, 'context'), ...has(SAMPLING_TOOLS, {}, 'tools') };
  return {
    ...has(FORM | URL_MODE, elicitation, 'elicitation'),
    ...has(SAMPLING, sampling, 'sampling'),
    ...has(ROOTS, {}, 'roots'),
    ...has(UI, { [UI_EXTENSION]: uiSettings(bits) }, 'extensions'),
  };
}

function uiSettings(bits: number): JsonObject {
  return (bits & UI_HTML) === 0 ? {} : { mimeTypes: [UI_MIME_TYPE] };
}

/** Of the settings with which an agent declares the extension, those that there are; undefined when it does not declare it. */
export function knownUiSettings(declared: Json | undefined): JsonObject | undefined {
  const bits = uiBits(declared);
  return bits === 0 ? undefined : uiSettings(bits);
}

/** What an agent must have declared for each question. */
const needs: Readonly<Record<string, ((params: JsonObject) => number) | undefined>> = {
  'elicitation/create': ({ mode }) => (mode === 'url' ? URL_MODE : FORM),
  'sampling/createMessage': ({ tools }) => (tools === undefined ? SAMPLING : SAMPLING | SAMPLING_TOOLS),
  'roots/list': () => ROOTS,
};

/** Whether there is anything that somebody with these capabilities can be asked. */
export function canBeAsked({ bits }: CapabilitySet): boolean {
  return (bits & (FORM | URL_MODE | SAMPLING | ROOTS)) !== 0;
}

/** Whether a server may ask this of somebody with these capabilities. */
export function mayAsk({ bits }: CapabilitySet, { method, params }: Question): boolean {
  const needed = Object.hasOwn(needs, method) ? needs[method]?.(params) : undefined;
  return needed !== undefined && (bits & needed) === needed;
}

/** The same of an agent, by what it declared; a server that asks for more is not listened to. */
export function mayBeAsked({ capabilities }: Asking, question: Question): boolean {
  return mayAsk(normalise(capabilities), question);
}

/** The requests during which a server may ask (P §1.8). */
const askingMethods: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

export function mayBeAskedDuring(method: string): boolean {
  return askingMethods.has(method);
}
