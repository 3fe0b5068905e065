import { type Call, isJsonObject, type JsonObject, ownProperty, type ToolFacts } from '@boomgate/engine';
import { type Upstream, UpstreamError } from '../../upstreams/index.ts';
import { type AgentRequest, upstreamOf } from '../request.ts';
import type { CallParams } from './call-params.ts';

/** A call as the policy sees it; or that nothing can be said of it, as the server does not offer the tool or cannot be asked. */
export type DescribedCall =
  | { readonly kind: 'offered'; readonly call: Call; readonly tool: JsonObject; readonly upstream: Upstream }
  | { readonly kind: 'not_offered' }
  /** `message` is for the agent: no address, no stack. */
  | { readonly kind: 'unavailable'; readonly message: string };

/** Looks the tool up in what the server offers; asks again, once, before a tool counts as not offered. */
export async function describeCall(request: AgentRequest, params: CallParams): Promise<DescribedCall> {
  const { context, grant, message, server } = request;
  const upstream = upstreamOf(request);
  try {
    const remembered = upstream.peekList('tools')?.byKey.get(params.name);
    const tool = remembered ?? (await findTool(upstream, params.name));
    if (tool === undefined) return { kind: 'not_offered' };
    const call: Call = {
      tool: toolFacts(params.name, tool),
      args: params.args,
      grant: { id: grant.id, name: grant.name, labels: grant.labels },
      server: { id: server.id, name: server.slug },
      organization: grant.organization,
      session: message.session?.key ?? grant.id,
      client: message.client,
      nowMs: context.clock.wallMs(),
    };
    return { kind: 'offered', call, tool, upstream };
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: 'unavailable', message: error.message };
    throw error;
  }
}

async function findTool(upstream: Upstream, name: string): Promise<JsonObject | undefined> {
  const known = await upstream.list('tools');
  return known.byKey.get(name) ?? (await upstream.list('tools', { fresh: true })).byKey.get(name);
}

function toolFacts(name: string, tool: JsonObject): ToolFacts {
  const annotations = ownProperty(tool, 'annotations');
  const inputSchema = ownProperty(tool, 'inputSchema');
  return {
    name,
    annotations: isJsonObject(annotations) ? annotations : {},
    ...(isJsonObject(inputSchema) ? { inputSchema } : {}),
  };
}
