import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { encodeHeader, type Headers } from './header-value.ts';

/**
 * The `Mcp-Param-*` headers that an annotated tool wants of its callers (P §1.11). A stdio client knows nothing
 * of them, so the bridge learns the annotations from the tool lists that pass through it, or lists itself (`relist.ts`).
 */
export type ParameterHeaders = {
  readonly learn: (listResult: JsonObject) => void;
  readonly headersFor: (callParams: JsonObject) => Headers;
};

type Annotation = { readonly header: string; readonly path: readonly string[] };

/** Tools remembered at most; beyond it calls of further annotated tools are refused by the gateway, not misread. */
const MAX_TOOLS = 10_000;
/** Nesting of `properties` that is searched: more than the gateway reads. */
const MAX_DEPTH = 64;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

export function createParameterHeaders(): ParameterHeaders {
  const known = new Map<string, readonly Annotation[]>();
  return {
    learn(listResult) {
      for (const tool of arrayOf(ownProperty(listResult, 'tools')).filter(isJsonObject)) {
        const name = ownProperty(tool, 'name');
        const schema = ownProperty(tool, 'inputSchema');
        if (typeof name !== 'string' || !isJsonObject(schema)) continue;
        if (known.size < MAX_TOOLS || known.has(name)) known.set(name, annotationsIn(schema, []));
      }
    },
    headersFor(callParams) {
      const name = ownProperty(callParams, 'name');
      const annotations = typeof name === 'string' ? (known.get(name) ?? []) : [];
      return Object.fromEntries(annotations.flatMap((annotation) => headerOf(annotation, callParams)));
    },
  };
}

function annotationsIn(schema: JsonObject, path: readonly string[]): readonly Annotation[] {
  const properties = ownProperty(schema, 'properties');
  if (!isJsonObject(properties) || path.length >= MAX_DEPTH) return [];
  return Object.entries(properties).flatMap(([key, property]) => {
    if (!isJsonObject(property)) return [];
    const here = [...path, key];
    const header = ownProperty(property, 'x-mcp-header');
    const own = typeof header === 'string' && TOKEN.test(header) ? [{ header, path: here }] : [];
    return [...own, ...annotationsIn(property, here)];
  });
}

function headerOf({ header, path }: Annotation, callParams: JsonObject): [string, string][] {
  let value: Json | undefined = ownProperty(callParams, 'arguments');
  for (const key of path) value = isJsonObject(value) ? ownProperty(value, key) : undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  return [[`Mcp-Param-${header}`, encodeHeader(String(value))]];
}

const arrayOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
