import { type JsonObject, ownProperty } from '@boomgate/engine';
import type { Headers } from './header-value.ts';

/** The handshake of a legacy client: kept so that every further message belongs to the same session (P §2.1). */
export type LegacySession = {
  /** The handshake as the client sent it, to be sent again when the gateway has forgotten the session. */
  initializeText?: string;
  version?: string;
  id?: string;
  /** Under way while a forgotten session is opened anew; shared by all requests that met the 404. */
  revival?: Promise<boolean>;
};

export const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });

/** Nothing before the handshake was answered; the version header only from the revisions that know it. */
export function legacyHeaders(session: LegacySession): Headers {
  return {
    ...(session.version === undefined ? {} : { 'MCP-Protocol-Version': session.version }),
    ...(session.id === undefined ? {} : { 'Mcp-Session-Id': session.id }),
  };
}

/** Remembers what the gateway answered to `initialize`. */
export function learnHandshake(session: LegacySession, result: JsonObject): void {
  const version = ownProperty(result, 'protocolVersion');
  if (typeof version === 'string') session.version = version;
}
