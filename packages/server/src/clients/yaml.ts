import { type Document, isScalar, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { YAML_ALIASES } from './bounds.ts';
import type { Parsed } from './parsed.ts';

/**
 * YAML 1.2 without tags. Messages of the parser may quote the file, so that only its code is told: they are not made, which would
 * take time by the square of their number. So would the parser's own look for keys that stand twice.
 */
export function parseYamlTree(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: false,
    version: '1.2',
  });
  const fault = document.errors[0] ?? document.warnings[0];
  const repeated = fault === undefined ? repeatedKey(document) : undefined;
  const at = fault?.pos[0] ?? repeated?.range?.[0];
  if (at !== undefined) {
    const { line, col } = lines.linePos(at);
    const code = fault?.code ?? 'DUPLICATE_KEY';
    return { ok: false, message: code.replaceAll('_', ' ').toLowerCase(), line, column: col };
  }
  try {
    return { ok: true, tree: document.toJS({ maxAliasCount: YAML_ALIASES }) };
  } catch (error) {
    if (error instanceof ReferenceError)
      return { ok: false, message: 'it repeats parts of itself too often to be read' };
    throw error;
  }
}

/** The first key that stands in its map for the second time; as texts, since a tree has no others. */
function repeatedKey(document: Document): Scalar | undefined {
  let found: Scalar | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const known = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (known.has(name)) {
          found = key;
          return visit.BREAK;
        }
        known.add(name);
      }
      return undefined;
    },
  });
  return found;
}
