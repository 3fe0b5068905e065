import { isJsonObject, type Json, type JsonObject, ownProperty, rawNumberText } from '@boomgate/engine';
import { PARAM_HEADER_CHARACTERS } from './bounds.ts';
import type { UpstreamRequest } from './contract.ts';
import { type ParamHeader, paramHeadersOf } from './param-headers.ts';
import { MODERN_VERSION } from './protocol.ts';

/** The parameter that `Mcp-Name` mirrors, by method (P §1.3). */
const nameSources: Readonly<Record<string, string | undefined>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

const plainValue = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;

/** A value as a header: plain where it can be, else the base64 form of P §1.3. */
export function encodeHeaderValue(value: string): string {
  if (plainValue.test(value) && !(value.startsWith('=?base64?') && value.endsWith('?='))) return value;
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

/** Adds the headers of a modern request to `headers`, which is flat: name, value, name, value. */
export function addModernHeaders(headers: string[], request: UpstreamRequest): string[] {
  headers.push('mcp-protocol-version', MODERN_VERSION);
  addRoutingHeaders(headers, request);
  addParamHeaders(headers, request, paramHeadersOf(request.tool));
  return addTraceHeaders(headers, request.params);
}

/**
 * Adds to a legacy request what its session needs. A tool with annotations gets the mirrored headers too: deployed
 * servers that speak a legacy revision demand them (P §3.3).
 */
export function addLegacyHeaders(
  headers: string[],
  request: UpstreamRequest,
  session: { readonly id: string | undefined; readonly protocol: string },
): string[] {
  headers.push('mcp-protocol-version', session.protocol);
  if (session.id !== undefined) headers.push('mcp-session-id', session.id);
  const mirrored = paramHeadersOf(request.tool);
  if (mirrored.length > 0) {
    addRoutingHeaders(headers, request);
    addParamHeaders(headers, request, mirrored);
  }
  return addTraceHeaders(headers, request.params);
}

function addRoutingHeaders(headers: string[], { method, params }: UpstreamRequest): void {
  headers.push('mcp-method', method);
  const source = nameSources[method];
  const name = source === undefined ? undefined : ownProperty(params, source);
  if (typeof name === 'string') headers.push('mcp-name', encodeHeaderValue(name));
}

function addParamHeaders(
  headers: string[],
  request: UpstreamRequest,
  mirrored: readonly ParamHeader[],
): void {
  for (const { header, path } of mirrored) {
    const value = headerText(argumentAt(request.params['arguments'], path));
    // A head that is too large would cost the whole connection; without the header the server says what it misses.
    if (value !== undefined && value.length <= PARAM_HEADER_CHARACTERS)
      headers.push(header, encodeHeaderValue(value));
  }
}

function argumentAt(root: Json | undefined, path: readonly string[]): Json | undefined {
  let value = root;
  for (const key of path) {
    if (!isJsonObject(value)) return undefined;
    value = ownProperty(value, key);
  }
  return value;
}

function headerText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'number' ? String(value) : rawNumberText(value);
}

const traceKeys = [
  ['traceparent', /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/],
  ['tracestate', /^[\x20-\x7e]{1,512}$/],
] as const;

function addTraceHeaders(headers: string[], params: JsonObject): string[] {
  const meta = params['_meta'];
  if (!isJsonObject(meta)) return headers;
  for (const [key, form] of traceKeys) {
    const value = ownProperty(meta, key);
    if (typeof value === 'string' && form.test(value)) headers.push(key, value);
  }
  return headers;
}
