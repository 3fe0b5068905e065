import type { JsonObject } from '@boomgate/engine';

/** Trace context is read apart, and what is well-formed of it goes on from there. */
const HOP_KEYS: ReadonlySet<string> = new Set(['progressToken', 'baggage', 'traceparent', 'tracestate']);

/** `_meta` for the next hop: what belongs to this hop stays here, `baggage` is for nobody else (P §1.12). */
export function forwardedMeta(meta: JsonObject): { readonly _meta?: JsonObject } {
  const kept: Record<string, JsonObject[string]> = {};
  let found = false;
  for (const key of Object.keys(meta)) {
    const value = meta[key];
    if (value === undefined || HOP_KEYS.has(key) || isReservedMetaKey(key)) continue;
    kept[key] = value;
    found = true;
  }
  return found ? { _meta: kept } : {};
}

/** `_meta` keys whose prefix's second label is `modelcontextprotocol` or `mcp` belong to the protocol and to one hop. */
function isReservedMetaKey(key: string): boolean {
  return /^[^/.]+\.(modelcontextprotocol|mcp)(\.[^/]*)?\//.test(key);
}
