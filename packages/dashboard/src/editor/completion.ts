import type { JsonObject } from '@boomgate/engine';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import { type DocumentStep, keysAt, valuesAt, type Word } from './schema-words.ts';

/** Where the cursor is: writing a key of the object at `path`, or the value at `path`; `from` to `to` is what is written. */
type Cursor = {
  readonly kind: 'key' | 'value';
  readonly path: readonly DocumentStep[];
  readonly from: number;
  readonly to: number;
};

type Node = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

const SCALARS = new Set(['String', 'Number', 'True', 'False', 'Null']);

/** What is being written at an offset; undefined where nothing can be. */
function cursorAt(state: EditorState, at: number): Cursor | undefined {
  const node = syntaxTree(state).resolveInner(at, -1);
  const here = { from: at, to: at };
  const word = { from: node.from, to: node.to };
  if (node.name === 'PropertyName') return { kind: 'key', path: pathOf(node.parent?.parent, state), ...word };
  if (SCALARS.has(node.name)) return { kind: 'value', path: valuePath(node.parent, state), ...word };
  if (node.name === 'Object') {
    // Behind a colon without a value yet, the tree may already be that of the object.
    return { kind: 'key', path: pathOf(node, state), ...here };
  }
  if (node.name === 'Property' || node.name === 'Array')
    return { kind: 'value', path: valuePath(node, state), ...here };
  if (node.type.isError && node.parent !== null) {
    const kind = node.parent.name === 'Object' ? 'key' : 'value';
    const path = kind === 'key' ? pathOf(node.parent, state) : valuePath(node.parent, state);
    return { kind, path, ...word };
  }
  return undefined;
}

/** Of a value within a member or a list. */
function valuePath(holder: Node | null | undefined, state: EditorState): readonly DocumentStep[] {
  if (holder?.name === 'Array') return [...pathOf(holder, state), 'element'];
  return holder?.name === 'Property' ? memberPath(holder, state) : [];
}

function memberPath(property: Node, state: EditorState): readonly DocumentStep[] {
  const key = property.getChild('PropertyName');
  const name = key === null ? '' : unquote(state.sliceDoc(key.from, key.to));
  return [...pathOf(property.parent, state), { name }];
}

/** Of an object or a list itself. */
function pathOf(node: Node | null | undefined, state: EditorState): readonly DocumentStep[] {
  return node === null || node === undefined ? [] : valuePath(node.parent, state);
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.replaceAll('"', '');
  }
}

/** Proposes what a schema admits at the cursor; `toolNames` where a tool is named. */
export function completionFrom(schema: JsonObject, toolNames: () => readonly string[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const cursor = cursorAt(context.state, context.pos);
    if (cursor === undefined) return null;
    const isWritten = cursor.to > cursor.from;
    if (!isWritten && !context.explicit) return null;
    const words = cursor.kind === 'key' ? keysAt(schema, cursor.path) : valuesAt(schema, cursor.path);
    const tools = namesTool(cursor)
      ? toolNames().map((text) => ({ text, description: 'a tool of the server' }))
      : [];
    const options =
      cursor.kind === 'key'
        ? [...words, ...tools].map(asKey(context.state, cursor))
        : [...words, ...tools.map(quoted)].map(asValue);
    return options.length === 0 ? null : { from: cursor.from, to: cursor.to, options, filter: true };
  };
}

function namesTool({ kind, path }: Cursor): boolean {
  const [first, ...rest] = path;
  if (first === undefined || first === 'element') return false;
  return kind === 'key'
    ? first.name === 'tools' && rest.length === 0
    : first.name === 'hide' && rest.length === 1;
}

function quoted({ description, text }: Word): Word {
  return { description, text: JSON.stringify(text) };
}

/** With the colon, unless it is there already. */
function asKey(state: EditorState, { to }: Cursor): (word: Word) => Completion {
  const hasColon = /^\s*:/.test(state.sliceDoc(to, to + 16));
  return ({ description, text }) => {
    const key = JSON.stringify(text);
    return { label: key, apply: hasColon ? key : `${key}: `, info: description, type: 'property' };
  };
}

function asValue({ description, text }: Word): Completion {
  return { label: text, info: description, type: 'constant' };
}
