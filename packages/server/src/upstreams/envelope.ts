import { isJsonObject, type JsonObject } from '@boomgate/engine';

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

export type OutgoingRequest = {
  readonly id: number;
  readonly method: string;
  readonly params: JsonObject;
  /** Asks for progress under the id of the request, which is unique among the requests of a channel. */
  readonly wantsProgress: boolean;
};

/** Writes one request as text: the only serialisation of a request (gateway §2). */
export type WriteRequest = (request: OutgoingRequest) => string;

/** A modern request carries version, capabilities and identity itself (P §1.2); ours are those of the gateway. */
export function modernWriter(version: string): WriteRequest {
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': MODERN_PROTOCOL,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'boomgate', version },
  };
  return ({ id, method, params, wantsProgress }) => {
    const _meta = wantsProgress
      ? { ...callerMeta(params), ...envelope, progressToken: id }
      : { ...callerMeta(params), ...envelope };
    return JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } });
  };
}

/** A legacy request has no envelope; `_meta` holds the caller's own keys and our progress token. */
export const writeLegacyRequest: WriteRequest = ({ id, method, params, wantsProgress }) => {
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

/** The parameters of `initialize`: no capabilities, so that a server asks nothing back. */
export function initializeParams(version: string): JsonObject {
  return {
    protocolVersion: LEGACY_PROTOCOLS[0] ?? '',
    capabilities: {},
    clientInfo: { name: 'boomgate', version },
  };
}

export const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

export function cancelledText(requestId: number): string {
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${requestId}}}`;
}
