import { type Path, ROOTS, type Root, type Segment } from '../policy.ts';
import { PATH_SEGMENTS } from './bounds.ts';
import { checkRoot } from './path-roots.ts';
import { similarWord } from './similar.ts';
import { quoted } from './words.ts';

type PathResult =
  | { readonly ok: true; readonly path: Path }
  | { readonly ok: false; readonly message: string };

/** Names that may follow a dot: letters, digits and `_ $ - @ :`. Any other name stands in brackets and quotes. */
const DOTTED = /^[\p{L}\p{M}\p{N}_$@:-]+$/u;
const WORD = /[\p{L}\p{M}\p{N}_$@:-]+/uy;
const INDEX = /\[(0|[1-9]\d{0,14})\]/y;
const EACH = /\[\*\]/y;
const QUOTED = /\[("(?:[^"\\]|\\.)*")\]/y;

/**
 * Reads a path of policy language §4: a root, then `.name`, `["any name"]`, `[0]` or `[*]`. The text of the result
 * is canonical. The message of a refusal says how to mend it; nothing is thrown.
 */
export function parsePath(text: string): PathResult {
  const root = readRoot(text);
  if (!root.ok) return root;
  const segments: Segment[] = [];
  let at = root.root.length;
  while (at < text.length) {
    const next = readSegment(text, at);
    if (!next.ok) return next;
    segments.push(next.segment);
    at = next.end;
    if (segments.length > PATH_SEGMENTS) {
      return refuse(`expected at most ${PATH_SEGMENTS} segments in the path ${quoted(text)}; shorten it`);
    }
  }
  const message = checkRoot(root.root, segments, text);
  if (message !== undefined) return refuse(message);
  return { ok: true, path: { text: printPath(root.root, segments), root: root.root, segments } };
}

/** The canonical spelling: dots where they are possible, JSON strings in brackets elsewhere. */
export function printPath(root: Root, segments: readonly Segment[]): string {
  return root + segments.map(printSegment).join('');
}

function printSegment(segment: Segment): string {
  if (segment.kind === 'each') return '[*]';
  if (segment.kind === 'index') return `[${segment.index}]`;
  return DOTTED.test(segment.name) ? `.${segment.name}` : `[${JSON.stringify(segment.name)}]`;
}

function refuse(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}

type RootResult =
  | { readonly ok: true; readonly root: Root }
  | { readonly ok: false; readonly message: string };

function readRoot(text: string): RootResult {
  const word = /^[^.[]*/.exec(text)?.[0] ?? '';
  const root = ROOTS.find((candidate) => candidate === word);
  if (root !== undefined) return { ok: true, root };
  const meant = similarWord(word, ROOTS);
  const hint = meant === undefined ? `an argument is written args.NAME` : `did you mean ${quoted(meant)}?`;
  return refuse(`expected a path that starts with ${ROOTS.join(', ')}, found ${quoted(text)}; ${hint}`);
}

type SegmentResult =
  | { readonly ok: true; readonly segment: Segment; readonly end: number }
  | { readonly ok: false; readonly message: string };

function readSegment(text: string, at: number): SegmentResult {
  if (text[at] === '.') return readDotted(text, at + 1);
  const index = matchAt(INDEX, text, at);
  if (index !== undefined) return segment({ kind: 'index', index: Number(index[1]) }, at + index[0].length);
  const each = matchAt(EACH, text, at);
  if (each !== undefined) return segment({ kind: 'each' }, at + each[0].length);
  const name = matchAt(QUOTED, text, at);
  const decoded = name === undefined ? undefined : decodeName(name[1] ?? '');
  if (name !== undefined && decoded !== undefined) {
    return segment({ kind: 'name', name: decoded }, at + name[0].length);
  }
  return refuse(
    `expected .name, ["any name"], [0] or [*] in the path ${quoted(text)}, found ${quoted(text.slice(at))}`,
  );
}

function readDotted(text: string, at: number): SegmentResult {
  const word = matchAt(WORD, text, at);
  if (word !== undefined) return segment({ kind: 'name', name: word[0] }, at + word[0].length);
  if (text[at] === '*')
    return refuse(
      `expected a name after "." in the path ${quoted(text)}, found "*"; every element of a list is [*]`,
    );
  return refuse(
    `expected a name after "." in the path ${quoted(text)}, found ${quoted(text.slice(at))}; a name with other characters than letters, digits, _ $ - @ : is written ["any name"]`,
  );
}

function segment(found: Segment, end: number): SegmentResult {
  return { ok: true, segment: found, end };
}

function decodeName(literal: string): string | undefined {
  try {
    const name: unknown = JSON.parse(literal);
    return typeof name === 'string' && name.isWellFormed() ? name : undefined;
  } catch {
    return undefined;
  }
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}
