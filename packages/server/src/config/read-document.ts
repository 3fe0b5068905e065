import { extname } from 'node:path';
import type { Json, Problem } from '@boomgate/engine';
import { type Node as JsoncNode, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Document, isCollection, LineCounter, parseDocument, visit } from 'yaml';
import { fileFault } from '../file-faults.ts';
import { MAX_FILE_BYTES, readBytes } from './read-bytes.ts';
import { ALIAS, wordsOf } from './yaml-faults.ts';

/** 1-based. */
export type Place = { readonly line: number; readonly column: number };

export type DocumentResult =
  | { readonly ok: true; readonly tree: Json; readonly locate: (pointer: string) => Place | undefined }
  | Unreadable;

/** `problems` are whole lines for a person, `FILE:LINE:COLUMN: what`. Never the file's text, which may be the wrong, secret file. */
type Unreadable = {
  readonly ok: false;
  readonly problems: readonly string[];
  readonly faults: readonly Fault[];
};

/** The same for a program, in the words of `Problem`. */
type Fault = Pick<Problem, 'message'> & { readonly code: FaultCode; readonly place?: Place };
type FaultCode = Extract<Problem['code'], 'syntax' | 'duplicate_key' | 'too_deep' | 'too_large'>;

/** Faults of a text that are told: a person mends one, and most of the others are gone. */
const FAULTS_MAX = 100;

function unreadable(path: string, faults: readonly Fault[]): Unreadable {
  return { ok: false, faults, problems: faults.map(({ message, place }) => at(path, place, message)) };
}

/** Reads a file of UTF-8 text; other bytes would be judged as other characters than those that stand there. */
export async function readText(
  path: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  try {
    const bytes = await readBytes(path);
    if (bytes === undefined)
      return { problem: `${path}: expected a file of at most ${MAX_FILE_BYTES} bytes, found a longer one` };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    return { problem: `${path}: cannot be read: ${fileFault(error)}` };
  }
}

export function isYaml(path: string): boolean {
  return ['.yaml', '.yml'].includes(extname(path).toLowerCase());
}

/** A document as people write files: YAML by its name, otherwise JSON with comments and trailing commas. */
export function parseDocumentText(path: string, text: string): DocumentResult {
  try {
    return isYaml(path) ? parseYaml(path, text) : parseJsonc(path, text);
  } catch (error) {
    // So the parsers say that they ran out of stack, or of patience with aliases; a gateway that runs outlives such a file.
    if (error instanceof RangeError) return unreadable(path, [TOO_DEEP]);
    if (error instanceof ReferenceError) return unreadable(path, [TOO_MANY_ALIASES]);
    throw error;
  }
}

/** Lists and objects within one another that a file may have: four times as many as any part of it. */
const DEPTH_MAX = 256;
const TOO_DEEP: Fault = {
  code: 'too_deep',
  message: `expected at most ${DEPTH_MAX} nested lists and objects, found more`,
};
/** The code by which YAML's parser says that it ran out of stack. */
const OVERFLOW = 'RESOURCE_EXHAUSTION';
const TOO_MANY_ALIASES: Fault = {
  code: 'too_large',
  message: 'expected aliases that expand to little, found some that expand to very much',
};

const EMPTY: Fault = { code: 'syntax', message: 'expected a JSON document, found an empty file' };

/** An alias may stand for what it is in, which has no end. */
function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1));
}

function parseYaml(path: string, text: string): DocumentResult {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    // They quote their lines, which takes as long for each fault as the whole text.
    prettyErrors: false,
    uniqueKeys: true,
    merge: false,
    version: '1.2',
  });
  const place = placeOf(lines);
  const overflow = document.errors.find(({ code }) => code === OVERFLOW);
  // What it says besides follows from that.
  if (overflow !== undefined) return unreadable(path, [{ ...TOO_DEEP, place: place(overflow.pos[0]) }]);
  const faults = [...document.errors, ...document.warnings].slice(0, FAULTS_MAX);
  if (faults.length > 0)
    return unreadable(
      path,
      faults.map((fault) => ({
        code: fault.code === 'DUPLICATE_KEY' ? 'duplicate_key' : 'syntax',
        message: wordsOf(fault),
        place: place(fault.pos[0]),
      })),
    );
  const unknown = unknownAliases(document);
  if (unknown.length > 0)
    return unreadable(
      path,
      unknown
        .slice(0, FAULTS_MAX)
        .map((offset) => ({ code: 'syntax', message: ALIAS, place: place(offset) })),
    );
  // Plain YAML gives JSON values only; what else could come (dates, binary) needs tags, which are warnings above.
  const tree = document.toJS({ maxAliasCount: 100 }) as Json;
  if (isDeeper(tree, DEPTH_MAX)) {
    const offset = firstTooDeep(document);
    return unreadable(path, [{ ...TOO_DEEP, ...(offset === undefined ? {} : { place: place(offset) }) }]);
  }
  const locate = (pointer: string): Place | undefined => {
    const node = document.getIn(stepsOf(pointer), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    return Array.isArray(range) ? place(Number(range[0])) : undefined;
  };
  return { ok: true, tree, locate };
}

/** Where the first list or object stands that is in too many others; undefined where aliases alone make it so deep. */
function firstTooDeep(document: Document): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Collection: (_, { range }, path) => {
      if (path.filter(isCollection).length < DEPTH_MAX) return undefined;
      offset = range?.[0];
      return visit.BREAK;
    },
  });
  return offset;
}

/** Where aliases stand whose anchor is not before them: mostly patterns such as `*_delete` that lack quotes. */
function unknownAliases(document: Document): readonly number[] {
  const anchors = new Set<string>();
  const unknown: number[] = [];
  visit(document, {
    Alias: (_, { range, source }) => {
      if (!anchors.has(source)) unknown.push(range?.[0] ?? 0);
    },
    Value: (_, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor);
    },
  });
  return unknown;
}

function parseJsonc(path: string, text: string): DocumentResult {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const place = placesIn(text);
  // Where a text ends too early, each thing that is open says so.
  const found = new Map(
    errors
      .slice(0, FAULTS_MAX)
      .map(({ error, offset }) => [
        `${offset} ${error}`,
        { code: 'syntax' as const, message: spaced(printParseErrorCode(error)), place: place(offset) },
      ]),
  );
  if (found.size > 0) return unreadable(path, [...found.values()]);
  if (root === undefined) return unreadable(path, [EMPTY]);
  const duplicates: JsoncNode[] = [];
  const tree = toJson(root, duplicates);
  if (duplicates.length > 0)
    return unreadable(
      path,
      duplicates.slice(0, FAULTS_MAX).map((key) => ({
        code: 'duplicate_key',
        message: `the key ${JSON.stringify(key.value)} occurs here twice`,
        place: place(key.offset),
      })),
    );
  const locate = (pointer: string): Place | undefined => {
    const node = stepsOf(pointer).reduce<JsoncNode | undefined>(childOf, root);
    return node === undefined ? undefined : place(node.offset);
  };
  return { ok: true, tree, locate };
}

function toJson(node: JsoncNode, duplicates: JsoncNode[]): Json {
  if (node.type === 'array') return (node.children ?? []).map((child) => toJson(child, duplicates));
  // Scalars of a JSON tree are JSON values.
  if (node.type !== 'object') return node.value as Json;
  const object: Record<string, Json> = {};
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    if (Object.hasOwn(object, key.value)) duplicates.push(key);
    Object.defineProperty(object, key.value, {
      value: toJson(value, duplicates),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function childOf(node: JsoncNode | undefined, step: string): JsoncNode | undefined {
  if (node?.type === 'array') return node.children?.[Number(step)];
  return node?.children?.find((property) => property.children?.[0]?.value === step)?.children?.[1];
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Where an offset of a text is. Its lines are counted once: each of many servers may have a key to be warned of. */
function placesIn(text: string): (offset: number) => Place {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return placeOf(lines);
}

function placeOf(lines: LineCounter): (offset: number) => Place {
  return (offset) => {
    const { col, line } = lines.linePos(offset);
    return { line, column: col };
  };
}

export function at(path: string, place: Place | undefined, message: string): string {
  return place === undefined ? `${path}: ${message}` : `${path}:${place.line}:${place.column}: ${message}`;
}

/** `CommaExpected` → `comma expected`. */
function spaced(code: string): string {
  return code.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();
}
