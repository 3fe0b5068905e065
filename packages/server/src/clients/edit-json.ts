import { applyEdits, type Edit, findNodeAtLocation, modify, type Node } from 'jsonc-parser';
import { jsoncRoot } from './jsonc.ts';

/** The text with another value at these steps, which exist. Everything outside the value keeps its bytes. */
export function replaceJson(text: string, steps: readonly string[], value: unknown): string | undefined {
  const node = nodeAt(text, steps);
  if (node === undefined) return undefined;
  return spliced(text, node, laidOut(value, text, node.offset));
}

/** The text of the value at these steps. */
export function rawJson(text: string, steps: readonly string[]): string | undefined {
  const node = nodeAt(text, steps);
  return node === undefined ? undefined : text.slice(node.offset, node.offset + node.length);
}

/** The text with the value at these steps given as text. */
export function putRawJson(text: string, steps: readonly string[], raw: string): string | undefined {
  const node = nodeAt(text, steps);
  return node === undefined ? undefined : spliced(text, node, raw);
}

/** The text with one more property under an object, which is made when it is missing; or one more element of a list. */
export function insertJson(text: string, steps: readonly (string | number)[], value: unknown): string {
  // Without formatting options the library inserts on one line and touches nothing else; it is laid out here.
  const edits = modify(text, [...steps], value, { isArrayInsertion: typeof steps.at(-1) === 'number' });
  return applyEdits(
    text,
    edits.map((edit) => laidOutInsertion(text, edit)),
  );
}

function laidOutInsertion(text: string, edit: Edit): Edit {
  const style = styleOf(text);
  const parts = /^(,?)([\s\S]*?)(,?)$/.exec(edit.content);
  const body = parts?.[2] ?? edit.content;
  if (style.indent === '' || edit.length > 0) return edit;
  const parent = indentBefore(text, edit.offset);
  const before = text.slice(0, edit.offset);
  const isFirst = /[{[]\s*$/.test(before);
  // A new first child goes one level deeper than the line of its parent's bracket, others stand as their neighbours do.
  const own = isFirst ? parent + style.indent : parent;
  const named = /^("(?:[^"\\]|\\.)*"):([\s\S]*)$/.exec(body);
  const json = named?.[2] ?? body;
  const pretty = JSON.stringify(JSON.parse(json), null, style.indent).replaceAll('\n', style.eol + own);
  const line = style.eol + own + (named === null ? '' : `${named[1]}: `) + pretty;
  const isEmpty = isFirst && /^\s*[}\]]/.test(text.slice(edit.offset));
  const closesOnLine = isEmpty && !/^[ \t]*\r?\n/.test(text.slice(edit.offset));
  const end = closesOnLine ? style.eol + parent : '';
  return { ...edit, content: `${parts?.[1] ?? ''}${line}${parts?.[3] ?? ''}${end}` };
}

/** JSON of a value as it looks in this file: on one line where the file is, else with the file's indentation and line ends. */
function laidOut(value: unknown, text: string, offset: number): string {
  const { indent, eol } = styleOf(text);
  if (indent === '') return JSON.stringify(value);
  return JSON.stringify(value, null, indent).replaceAll('\n', eol + indentBefore(text, offset));
}

type Style = { readonly indent: string; readonly eol: string };

/** An empty indentation stands for a file on one line. */
function styleOf(text: string): Style {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const first = /\n([ \t]+)["[{]/.exec(text)?.[1];
  if (first === undefined)
    return { indent: text.trim().includes('\n') || text.trim() === '{}' ? '  ' : '', eol };
  return { indent: first.startsWith('\t') ? '\t' : first, eol };
}

/** The blanks at the beginning of the line on which a place stands. */
function indentBefore(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function nodeAt(text: string, steps: readonly string[]): Node | undefined {
  const root = jsoncRoot(text);
  return root === undefined ? undefined : findNodeAtLocation(root, [...steps]);
}

function spliced(text: string, { offset, length }: Node, content: string): string {
  return applyEdits(text, [{ offset, length, content }]);
}
