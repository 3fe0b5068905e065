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

/** Of a tool's name, or of a pattern, which stands for itself alone. */
export function standingOf(document: JsonObject, name: string): Standing {
  const hidden = hideOf(document);
  if (hidden.includes(name)) return { mode: 'hide', by: { kind: 'own' } };
  const hiding = name.includes('*') ? undefined : hidden.find((pattern) => matches(pattern, name));
  if (hiding !== undefined) return { mode: 'hide', by: { kind: 'pattern', pattern: hiding, of: 'hide' } };
  const tools = toolsOf(document);
  const own = ownProperty(tools, name);
  if (own !== undefined) return { mode: modeOf(own), by: { kind: 'own' } };
  const pattern = name.includes('*') ? undefined : patternFor(Object.keys(tools), name);
  if (pattern !== undefined)
    return { mode: modeOf(tools[pattern] ?? {}), by: { kind: 'pattern', pattern, of: 'tools' } };
  return { mode: document['default'] === 'allow' ? 'allow' : 'deny', by: { kind: 'default' } };
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

function matches(pattern: string, name: string): boolean {
  return pattern.includes('*') && compilePattern(pattern)(name);
}

/** Of several patterns that match, the one with the most literal characters. */
function patternFor(names: readonly string[], tool: string): string | undefined {
  return names
    .filter((pattern) => matches(pattern, tool))
    .toSorted((one, other) => literalLength(other) - literalLength(one))[0];
}
