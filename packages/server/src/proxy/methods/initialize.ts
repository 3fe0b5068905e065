import type { JsonObject } from '@boomgate/engine';
import { META, MODERN_VERSION } from '../../upstreams/index.ts';
import { record } from '../call/record.ts';
import type { RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcResult } from '../rpc.ts';
import { describeOne, offeredCapabilities } from './describe.ts';

/** The legacy handshake: opens a sealed session at the negotiated revision (P §2.3, §3.5). */
export async function initialize(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const { context, grant, message } = request;
  const description = await describeOne(request);
  if ('code' in description) return description;
  await record(request, { target: '', outcome: 'served' });
  const { client, protocol } = message;
  const session = context.sessions.seal({
    grantId: grant.id,
    protocol,
    client,
    capabilities: message.capabilities,
    issuedAtMs: context.clock.wallMs(),
  });
  const result: JsonObject = {
    protocolVersion: protocol,
    capabilities: offeredCapabilities(description),
    serverInfo: gatewayInfo(request),
    ...(description.instructions === undefined ? {} : { instructions: description.instructions }),
  };
  return { kind: 'result', result, headers: { 'mcp-session-id': session.id } };
}

/** `server/discover`: modern revisions only, since a legacy one cannot be used through the envelope (P §1.6). */
export async function discover(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const description = await describeOne(request);
  if ('code' in description) return description;
  await record(request, { target: '', outcome: 'served' });
  return rpcResult({
    supportedVersions: [MODERN_VERSION],
    capabilities: offeredCapabilities(description),
    ...(description.instructions === undefined ? {} : { instructions: description.instructions }),
    _meta: { [META.serverInfo]: gatewayInfo(request) },
  });
}

export async function ping(): Promise<RpcAnswer> {
  return rpcResult({});
}

/** The agent talks to the gateway and is told so. */
function gatewayInfo(request: AgentRequest): JsonObject {
  return {
    name: 'boomgate',
    title: `${request.server.slug} through Boomgate`,
    version: request.context.version,
  };
}
