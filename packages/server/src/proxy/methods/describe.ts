import { isJsonObject, type JsonObject } from '@boomgate/engine';
import { type UpstreamDescription, UpstreamError } from '../../upstreams/index.ts';
import { refuseUnavailable } from '../call/refuse.ts';
import { gather } from '../gather.ts';
import { knownExtensions } from '../message/capabilities.ts';
import { type AgentRequest, openedBy } from '../request.ts';
import type { RpcFailure } from '../rpc.ts';

/** What the server of a request says of itself. */
export async function describeOne(request: AgentRequest): Promise<UpstreamDescription | RpcFailure> {
  const described = await describeAll(request);
  if ('code' in described) return described;
  const [only] = described;
  if (only === undefined) throw new Error('a request is for at least one server');
  return only;
}

/** What the servers behind a request say of themselves. One that cannot be asked, or hangs, is left out, unless none can. */
export async function describeAll(
  request: AgentRequest,
): Promise<readonly UpstreamDescription[] | RpcFailure> {
  const { asking, context, grant, watch } = request;
  const asked = openedBy(request).members.map(({ server }) =>
    context.upstreams.for(server, grant.id, asking).describe().catch(asValue),
  );
  const answers = await watch.wait(
    context.clock,
    gather(asked, (one) => !(one instanceof UpstreamError)),
  );
  const all = answers.filter((one) => one !== undefined);
  const found = all.flatMap((one) => (one instanceof UpstreamError ? [] : [one]));
  const failed = all.find((one) => one instanceof UpstreamError);
  if (found.length > 0 || failed === undefined) return found;
  return refuseUnavailable(request, failed);
}

function asValue(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  throw error;
}

/**
 * What the server declares and the gateway can carry (P §3.3). Lists change whatever the server says, as policies and
 * grants do; unknown capabilities and extensions do not travel (P §1.13).
 */
export function offeredCapabilities(description: UpstreamDescription): JsonObject {
  const { completions, extensions, logging, prompts, resources, tools } = description.capabilities;
  const known = knownExtensions(extensions);
  const subscribe = takesSubscriptions(description) ? { subscribe: true } : {};
  return {
    ...(tools === undefined ? {} : { tools: { listChanged: true } }),
    ...(prompts === undefined ? {} : { prompts: { listChanged: true } }),
    ...(resources === undefined ? {} : { resources: { listChanged: true, ...subscribe } }),
    ...(logging === undefined ? {} : { logging: {} }),
    ...(completions === undefined ? {} : { completions: {} }),
    ...(known === undefined ? {} : { extensions: known }),
  };
}

/** Whether the server lets its resources be watched. */
export function takesSubscriptions({ capabilities: { resources } }: UpstreamDescription): boolean {
  return isJsonObject(resources) && resources['subscribe'] === true;
}
