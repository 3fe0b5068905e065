import type { Json } from '@boomgate/engine';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { define, type Parsed } from './parsed.ts';

/** JSON with comments and trailing commas, as clients take it. A key that stands twice is a fault: readers differ on which counts. */
export function parseJsonc(text: string): Parsed {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [first] = errors;
  if (first !== undefined)
    return { ok: false, message: spaced(printParseErrorCode(first.error)), ...placeIn(text, first.offset) };
  if (root === undefined) return { ok: false, message: 'expected a JSON document, found none' };
  const twice: Node[] = [];
  const tree = toJson(root, twice);
  const [duplicate] = twice;
  if (duplicate !== undefined)
    return { ok: false, message: 'this key occurs twice in its object', ...placeIn(text, duplicate.offset) };
  return { ok: true, tree };
}

/** The tree of a text that `parseJsonc` took. */
export function jsoncRoot(text: string): Node | undefined {
  return parseTree(text, [], { allowTrailingComma: true, disallowComments: false });
}

function toJson(node: Node, twice: Node[]): Json {
  if (node.type === 'array') return (node.children ?? []).map((child) => toJson(child, twice));
  // Scalars of a JSON tree are JSON values.
  if (node.type !== 'object') return node.value as Json;
  const object: Record<string, Json> = {};
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    if (Object.hasOwn(object, key.value)) twice.push(key);
    define(object, key.value, toJson(value, twice));
  }
  return object;
}

function placeIn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** `CommaExpected` → `comma expected`. */
function spaced(code: string): string {
  return code.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();
}
