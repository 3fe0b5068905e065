import { isJsonObject, ownProperty } from '@boomgate/engine';
import { CODES, MESSAGE_LEVELS, META, type MessageLevel, MODERN_VERSION } from '../../upstreams/index.ts';
import { agentCapabilities } from './capabilities.ts';
import { clientText, type Envelope, type McpHeaders } from './envelope.ts';
import { decodeHeaderValue } from './headers.ts';
import type { Ignored, Message, Refusal } from './message.ts';
import { refuse } from './message.ts';

/** Which parameter `Mcp-Name` repeats. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** Steps 5 to 8 of P §1.3: envelope, version, headers. A message that fails one is never served as legacy. */
export function checkModern(envelope: Envelope, headers: McpHeaders): Message | Refusal | Ignored {
  const { id, method, meta, params } = envelope;
  if (id === undefined) return { kind: 'ignored' };
  const fault =
    envelopeFault(envelope) ?? disagreement(envelope, headers) ?? missingHeader(envelope, headers);
  if (fault !== undefined) return { ...fault, id };
  const level = ownProperty(meta, META.logLevel);
  if (level !== undefined && !MESSAGE_LEVELS.includes(level as MessageLevel))
    return refuse(
      CODES.invalidParams,
      `expected params._meta["${META.logLevel}"] to be one of ${MESSAGE_LEVELS.join(', ')}`,
      { id, status: 200 },
    );
  const base = { kind: 'request', era: 'modern', protocol: MODERN_VERSION } as const;
  const client = clientText(ownProperty(meta, META.clientInfo));
  const capabilities = agentCapabilities(ownProperty(meta, META.clientCapabilities), MODERN_VERSION);
  return { ...base, id, method, params, meta, client, capabilities };
}

function envelopeFault({ meta }: Envelope): Refusal | undefined {
  if (typeof meta[META.protocolVersion] !== 'string') {
    return refuse(CODES.invalidParams, `expected params._meta["${META.protocolVersion}"] to be a text`);
  }
  if (!isJsonObject(ownProperty(meta, META.clientCapabilities))) {
    return refuse(CODES.invalidParams, `expected params._meta["${META.clientCapabilities}"] to be an object`);
  }
  return undefined;
}

function disagreement({ meta, method }: Envelope, headers: McpHeaders): Refusal | undefined {
  const claimed = meta[META.protocolVersion];
  if (headers.protocolVersion !== undefined && headers.protocolVersion !== claimed) {
    return refuse(CODES.headerMismatch, 'MCP-Protocol-Version differs from the version in params._meta');
  }
  if (headers.method !== undefined && headers.method !== method) {
    return refuse(CODES.headerMismatch, 'Mcp-Method differs from the method of the body');
  }
  if (claimed !== MODERN_VERSION) {
    const data = { supported: [MODERN_VERSION], requested: String(claimed) };
    return refuse(CODES.unsupportedVersion, `protocol version not served; expected ${MODERN_VERSION}`, {
      data,
    });
  }
  return undefined;
}

function missingHeader({ method, params }: Envelope, headers: McpHeaders): Refusal | undefined {
  if (headers.protocolVersion === undefined)
    return refuse(CODES.headerMismatch, 'missing header MCP-Protocol-Version');
  if (headers.method === undefined) return refuse(CODES.headerMismatch, 'missing header Mcp-Method');
  const key = NAMED_BY[method];
  if (key === undefined) return undefined;
  if (headers.name === undefined) return refuse(CODES.headerMismatch, 'missing header Mcp-Name');
  const name = decodeHeaderValue(headers.name);
  if (name === undefined) return refuse(CODES.headerMismatch, 'Mcp-Name is not validly encoded');
  return name === ownProperty(params, key)
    ? undefined
    : refuse(CODES.headerMismatch, `Mcp-Name differs from params.${key}`);
}
