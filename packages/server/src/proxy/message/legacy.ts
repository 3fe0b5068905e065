import { ownProperty } from '@boomgate/engine';
import { CODES, isLegacyVersion, LEGACY_VERSIONS, MODERN_VERSION } from '../../upstreams/index.ts';
import { agentCapabilities } from './capabilities.ts';
import { clientText, type Envelope, type ReadContext } from './envelope.ts';
import type { Ignored, Message, Refusal } from './message.ts';
import { refuse } from './message.ts';

/** A message of a revision with a handshake: `initialize`, or anything within a session that this grant opened. */
export function checkLegacy(envelope: Envelope, context: ReadContext): Message | Refusal | Ignored {
  const { id, method, params, meta } = envelope;
  const base = { method, params, meta, era: 'legacy' } as const;
  const header = context.headers.protocolVersion;
  if (header !== undefined && !isLegacyVersion(header) && method !== 'initialize') {
    const data = { supported: [MODERN_VERSION, ...LEGACY_VERSIONS], requested: header };
    return refuse(CODES.unsupportedVersion, 'MCP-Protocol-Version names a version that is not served', {
      id: id ?? null,
      data,
    });
  }
  if (method === 'initialize' && id !== undefined) {
    const protocol = negotiate(ownProperty(params, 'protocolVersion'));
    const client = clientText(ownProperty(params, 'clientInfo'));
    const capabilities = agentCapabilities(ownProperty(params, 'capabilities'), protocol);
    return { ...base, kind: 'request', id, protocol, client, capabilities };
  }
  const { session } = context;
  if (session === undefined) {
    return refuse(
      CODES.serverLegacy,
      'bad request: expected the header Mcp-Session-Id; send initialize first',
      { id: id ?? null },
    );
  }
  if (session === 'unknown')
    return refuse(CODES.sessionNotFoundLegacy, 'session not found', { status: 404, id: id ?? null });
  const { capabilities, client, protocol } = session;
  const known = { ...base, session, protocol, client, capabilities };
  return id === undefined ? { ...known, kind: 'notification' } : { ...known, kind: 'request', id };
}

/** The version that was asked for when it is served, else the newest with a handshake (P §2.3). */
function negotiate(asked: unknown): string {
  return typeof asked === 'string' && isLegacyVersion(asked) ? asked : LEGACY_VERSIONS[0];
}
