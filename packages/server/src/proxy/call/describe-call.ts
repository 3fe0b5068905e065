import type { Call, JsonObject } from '@boomgate/engine';
import type { HeldTool, InspectedTool } from '../../snapshots/index.ts';
import { type Upstream, UpstreamError } from '../../upstreams/index.ts';
import { type AgentRequest, sessionKeyOf, upstreamOf } from '../request.ts';
import type { CallParams } from './call-params.ts';

/** A call as the policy sees it; or that nothing can be said of it, as the server does not offer the tool or cannot be asked. */
export type DescribedCall =
  | {
      readonly kind: 'offered';
      readonly call: Call;
      readonly tool: JsonObject;
      /** Present when the server changed the tool and no person has accepted that. */
      readonly held: HeldTool | undefined;
      readonly upstream: Upstream;
    }
  | { readonly kind: 'not_offered' }
  /** `message` is for the agent: no address, no stack. */
  | { readonly kind: 'unavailable'; readonly message: string };

/** Looks the tool up in what the server offers; asks again, once, before a tool counts as not offered. */
export async function describeCall(request: AgentRequest, params: CallParams): Promise<DescribedCall> {
  const { context, grant, message, server } = request;
  const upstream = upstreamOf(request);
  try {
    const listing = upstream.peekList('tools');
    const remembered = listing && context.snapshots.of(listing)?.tools.get(params.name);
    const tool = remembered ?? (await findTool(request, upstream, params.name));
    if (tool === undefined) return { kind: 'not_offered' };
    const call: Call = {
      tool: tool.facts,
      args: params.args,
      grant: { id: grant.id, name: grant.name, labels: grant.labels },
      server: { id: server.id, name: server.slug },
      organization: grant.organization,
      session: sessionKeyOf(request),
      client: message.client,
      nowMs: context.clock.wallMs(),
    };
    return { kind: 'offered', call, tool: tool.item, held: tool.held, upstream };
  } catch (error) {
    if (error instanceof UpstreamError) return { kind: 'unavailable', message: error.message };
    throw error;
  }
}

async function findTool(
  { context, server, watch }: AgentRequest,
  upstream: Upstream,
  name: string,
): Promise<InspectedTool | undefined> {
  const known = await context.snapshots.inspect(
    server,
    await watch.wait(context.clock, upstream.list('tools')),
  );
  const tool = known.tools.get(name);
  if (tool !== undefined) return tool;
  const fresh = await watch.wait(context.clock, upstream.list('tools', { fresh: true }));
  const asked = await context.snapshots.inspect(server, fresh);
  return asked.tools.get(name);
}
