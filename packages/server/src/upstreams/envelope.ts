import { isJsonObject, type JsonObject } from '@boomgate/engine';
import type { CapabilitySet } from './capabilities.ts';
import type { UpstreamRequest } from './contract.ts';

/** The modern revision that the gateway speaks to servers. */
export const MODERN_PROTOCOL = '2026-07-28';
/** The legacy revisions that it accepts from a server, newest first: the first is the one it offers (P §2.3). */
export const LEGACY_PROTOCOLS: readonly string[] = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
];

/**
 * Writes one request as text: the only serialisation of a request (gateway §2). Progress is asked for under the id of
 * the request, which is unique among the requests of a channel.
 */
export type WriteRequest = (id: number, request: UpstreamRequest, capabilities: CapabilitySet) => string;

/** A modern request carries version, capabilities and identity itself (P §1.2); the identity is that of the gateway. */
export function modernWriter(version: string): WriteRequest {
  const envelopes: (JsonObject | undefined)[] = [];
  const envelopeFor = ({ bits, declared }: CapabilitySet) => {
    envelopes[bits] ??= {
      'io.modelcontextprotocol/protocolVersion': MODERN_PROTOCOL,
      'io.modelcontextprotocol/clientCapabilities': declared,
      'io.modelcontextprotocol/clientInfo': { name: 'boomgate', version },
    };
    return envelopes[bits];
  };
  return (id, request, capabilities) => {
    const { method, params, wantsProgress, logLevel, inputResponses, requestState } = request;
    const _meta: Record<string, JsonObject[string]> = { ...callerMeta(params), ...envelopeFor(capabilities) };
    if (wantsProgress) _meta['progressToken'] = id;
    if (logLevel !== undefined) _meta['io.modelcontextprotocol/logLevel'] = logLevel;
    const sent: Record<string, JsonObject[string]> = { ...params, _meta };
    if (inputResponses !== undefined) sent['inputResponses'] = inputResponses;
    if (requestState !== undefined) sent['requestState'] = requestState;
    return JSON.stringify({ jsonrpc: '2.0', id, method, params: sent });
  };
}

/** A legacy request has no envelope; `_meta` holds the caller's own keys and our progress token. */
export const writeLegacyRequest: WriteRequest = (id, { method, params, wantsProgress }) => {
  const own = callerMeta(params);
  if (!wantsProgress && own === params['_meta'])
    return JSON.stringify({ jsonrpc: '2.0', id, method, params });
  const _meta = wantsProgress ? { ...own, progressToken: id } : own;
  return JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } });
};

/** The caller's `_meta` without its progress token, which belongs to its own hop. */
function callerMeta(params: JsonObject): JsonObject | undefined {
  const meta = params['_meta'];
  if (!isJsonObject(meta)) return undefined;
  if (!Object.hasOwn(meta, 'progressToken')) return meta;
  const { progressToken: _, ...rest } = meta;
  return rest;
}

/** The parameters of `initialize`: a server asks back only what is declared here. */
export function initializeParams(version: string, { declared }: CapabilitySet): JsonObject {
  return {
    protocolVersion: LEGACY_PROTOCOLS[0] ?? '',
    capabilities: declared,
    clientInfo: { name: 'boomgate', version },
  };
}

export const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

export function cancelledText(requestId: number): string {
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${requestId}}}`;
}
