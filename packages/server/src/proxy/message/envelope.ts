import { isJsonObject, type Json, type JsonObject, ownProperty } from '@boomgate/engine';
import { MAX_CLIENT_TEXT } from '../../limits/index.ts';
import type { ClientText, Session } from '../session.ts';
import type { RpcId } from './message.ts';

/** The MCP headers of the HTTP request; each undefined when absent. */
export type McpHeaders = {
  readonly protocolVersion: string | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
};

/** A message whose shape is right, before its era has checked it. */
export type Envelope = {
  readonly id: RpcId | undefined;
  readonly method: string;
  readonly params: JsonObject;
  readonly meta: JsonObject;
};

export type ReadContext = {
  readonly headers: McpHeaders;
  /** The session that the request's id opens, `unknown` when it opens none, undefined when it sent none. */
  readonly session: Session | 'unknown' | undefined;
};

/** Self-reported name and version, cut to the bound, from a `clientInfo` object. */
export function clientText(info: Json | undefined): ClientText {
  if (!isJsonObject(info)) return {};
  const name = ownProperty(info, 'name');
  const version = ownProperty(info, 'version');
  return {
    ...(typeof name === 'string' ? { name: name.slice(0, MAX_CLIENT_TEXT) } : {}),
    ...(typeof version === 'string' ? { version: version.slice(0, MAX_CLIENT_TEXT) } : {}),
  };
}
