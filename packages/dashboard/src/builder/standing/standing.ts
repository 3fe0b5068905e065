import { compilePattern, isJsonObject, type JsonObject, literalLength, ownProperty } from '@boomgate/engine';
import { type Mode, modeOf } from './mode.ts';

/** How a tool stands and what in the document says so (policy language §2). */
export type Standing = {
  readonly mode: Mode;
  readonly by:
    | { readonly kind: 'own' }
    | { readonly kind: 'pattern'; readonly pattern: string; readonly of: 'hide' | 'tools' }
    | { readonly kind: 'default' };
};

/** Of a tool's name, or of a pattern, which stands for itself alone. For many names of one document, `standings`. */
export function standingOf(document: JsonObject, name: string): Standing {
  return standings(document)(name);
}

/** How names stand in a document, whose patterns are compiled once. */
export function standings(document: JsonObject): (name: string) => Standing {
  const hidden = new Set(hideOf(document));
  const tools = toolsOf(document);
  const hiding = patternsIn([...hidden]);
  // Of several patterns that match, the one with the most literal characters.
  const ruling = patternsIn(Object.keys(tools)).toSorted(
    (one, other) => literalLength(other.pattern) - literalLength(one.pattern),
  );
  const otherwise = document['default'] === 'allow' ? 'allow' : 'deny';
  return (name) => {
    if (hidden.has(name)) return { mode: 'hide', by: { kind: 'own' } };
    const hides = matching(hiding, name);
    if (hides !== undefined) return { mode: 'hide', by: { kind: 'pattern', pattern: hides, of: 'hide' } };
    const own = ownProperty(tools, name);
    if (own !== undefined) return { mode: modeOf(own), by: { kind: 'own' } };
    const rules = matching(ruling, name);
    if (rules === undefined) return { mode: otherwise, by: { kind: 'default' } };
    return { mode: modeOf(tools[rules] ?? {}), by: { kind: 'pattern', pattern: rules, of: 'tools' } };
  };
}

/** Names and patterns that are not shown to agents. */
export function hideOf(document: JsonObject): readonly string[] {
  const hide = ownProperty(document, 'hide');
  // `readDocumentText` let only texts through.
  return Array.isArray(hide) ? (hide as readonly string[]) : [];
}

export function toolsOf(document: JsonObject): JsonObject {
  const tools = ownProperty(document, 'tools');
  return isJsonObject(tools) ? tools : {};
}

type Pattern = { readonly pattern: string; readonly matches: (name: string) => boolean };

function patternsIn(names: readonly string[]): readonly Pattern[] {
  return names
    .filter((name) => name.includes('*'))
    .map((pattern) => ({ pattern, matches: compilePattern(pattern) }));
}

/** The first that a name matches; a pattern matches none. */
function matching(patterns: readonly Pattern[], name: string): string | undefined {
  return name.includes('*') ? undefined : patterns.find(({ matches }) => matches(name))?.pattern;
}
