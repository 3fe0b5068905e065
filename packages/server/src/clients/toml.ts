import type { Json } from '@boomgate/engine';
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { define, type Parsed } from './parsed.ts';

/** TOML 1.0. Times and dates become texts; nothing that is looked at here is one. */
export function parseTomlTree(text: string): Parsed {
  try {
    return { ok: true, tree: treeOf(tomlTop(text)) };
  } catch (error) {
    // The messages of this parser are fixed texts that quote nothing.
    if (error instanceof ParseError) {
      const { lineNumber: line, column } = error;
      return { ok: false, message: error.message.toLowerCase(), line, column: column + 1 };
    }
    throw error;
  }
}

/** The tables and pairs of a text, with their ranges. Throws a `ParseError` for a text that is no TOML. */
export function tomlTop(text: string): AST.TOMLTopLevelTable {
  return parseTOML(text, { tomlVersion: '1.0' }).body[0];
}

/** The names of a key, of which dots make several. */
export function namesOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

// The package's own conversion follows a key `__proto__` into the prototype of all objects.
function treeOf(top: AST.TOMLTopLevelTable): Json {
  const tree: Record<string, Json> = {};
  for (const part of top.body) {
    if (part.type === 'TOMLKeyValue') setPair(tree, part);
    else {
      const table = tableAt(tree, part.resolvedKey);
      for (const pair of part.body) setPair(table, pair);
    }
  }
  return tree;
}

type Branch = Record<string, Json>;

function setPair(table: Branch, { key, value }: AST.TOMLKeyValue): void {
  const names = namesOf(key);
  define(tableAt(table, names.slice(0, -1)), names.at(-1) ?? '', jsonOf(value));
}

function tableAt(tree: Branch, steps: readonly (string | number)[]): Branch {
  let at: Json = tree;
  for (const [index, step] of steps.entries()) {
    const inner: Json | undefined = childAt(at, step);
    if (inner !== undefined) at = inner;
    else {
      const made: Json = typeof steps[index + 1] === 'number' ? [] : {};
      if (Array.isArray(at)) (at as Json[]).push(made);
      else define(at as Branch, String(step), made);
      at = made;
    }
  }
  // The parser has made sure that no key leads through a plain value.
  return at as Branch;
}

function childAt(at: Json, step: string | number): Json | undefined {
  if (Array.isArray(at)) return at[Number(step)];
  return typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? (at as Branch)[step] : undefined;
}

function jsonOf(node: AST.TOMLContentNode): Json {
  if (node.type === 'TOMLArray') return node.elements.map(jsonOf);
  if (node.type === 'TOMLInlineTable') {
    const table: Branch = {};
    for (const pair of node.body) setPair(table, pair);
    return table;
  }
  // What is no time is a text, a number or a boolean.
  return 'datetime' in node ? node.datetime : (node.value as Json);
}

export type { AST };
