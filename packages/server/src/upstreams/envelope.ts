import { isJsonObject, type JsonObject } from '@boomgate/engine';
import type { CapabilitySet } from './capabilities.ts';
import type { UpstreamRequest } from './contract.ts';
import { LEGACY_VERSIONS, META, MODERN_VERSION } from './protocol.ts';

/**
 * Writes one request as text: the only serialisation of a request (gateway §2). Progress is asked for under the id of
 * the request, which is unique among the requests of a channel.
 */
export type WriteRequest = (id: number, request: UpstreamRequest, capabilities: CapabilitySet) => string;

/** A modern request carries version, capabilities and identity itself (P §1.2); the identity is that of the gateway. */
export function modernWriter(version: string): WriteRequest {
  const envelopes: (Envelope | undefined)[] = [];
  const envelopeFor = ({ bits, declared }: CapabilitySet): Envelope => {
    envelopes[bits] ??= envelopeOf({
      [META.protocolVersion]: MODERN_VERSION,
      [META.clientCapabilities]: declared,
      [META.clientInfo]: { name: 'boomgate', version },
    });
    return envelopes[bits];
  };
  return (id, request, capabilities) => {
    const { params, wantsProgress, logLevel, inputResponses, requestState } = request;
    const envelope = envelopeFor(capabilities);
    const own = callerMeta(params);
    const isBare = own === undefined && !wantsProgress && logLevel === undefined;
    const meta = isBare ? envelope.text : JSON.stringify(metaOf(id, request, { ...own, ...envelope.meta }));
    if (inputResponses === undefined && requestState === undefined) return requestText(id, request, meta);
    const input = {
      ...(inputResponses === undefined ? {} : { inputResponses }),
      ...(requestState === undefined ? {} : { requestState }),
    };
    return requestText(id, { ...request, params: { ...params, ...input } }, meta);
  };
}

/** What every request with the same capabilities carries, and its text, which is all of `_meta` for most of them. */
type Envelope = { readonly meta: JsonObject; readonly text: string };

function envelopeOf(meta: JsonObject): Envelope {
  return { meta, text: JSON.stringify(meta) };
}

function metaOf(id: number, { wantsProgress, logLevel }: UpstreamRequest, shared: JsonObject): JsonObject {
  return {
    ...shared,
    ...(wantsProgress ? { progressToken: id } : {}),
    ...(logLevel === undefined ? {} : { [META.logLevel]: logLevel }),
  };
}

/** A legacy request has no envelope; `_meta` holds the caller's own keys and our progress token. */
export const writeLegacyRequest: WriteRequest = (id, request) => {
  const own = callerMeta(request.params);
  const meta = request.wantsProgress ? { ...own, progressToken: id } : own;
  return requestText(id, request, meta === undefined ? undefined : JSON.stringify(meta));
};

/** The request with this `_meta` in place of the caller's. Arguments that were serialised to be judged are not serialised again. */
function requestText(
  id: number,
  { argumentsText, method, params }: Pick<UpstreamRequest, 'argumentsText' | 'method' | 'params'>,
  metaText: string | undefined,
): string {
  let members = '';
  for (const key of Object.keys(params)) {
    if (key === '_meta') continue;
    const known = key === 'arguments' ? argumentsText : undefined;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${known ?? JSON.stringify(params[key])}`;
  }
  if (metaText !== undefined) members += `${members === '' ? '' : ','}"_meta":${metaText}`;
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":{${members}}}`;
}

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
    protocolVersion: LEGACY_VERSIONS[0],
    capabilities: declared,
    clientInfo: { name: 'boomgate', version },
  };
}

export const INITIALIZED = '{"jsonrpc":"2.0","method":"notifications/initialized"}';

export function cancelledText(requestId: number): string {
  return `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${requestId}}}`;
}
