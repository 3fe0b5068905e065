import { type Decision, decideAccess } from '@boomgate/engine';
import { CODES } from '../../upstreams/index.ts';
import { admitUncounted } from '../call/admit.ts';
import { record } from '../call/record.ts';
import { refuseMalformed } from '../call/refuse.ts';
import { settle } from '../call/settle.ts';
import type { Handle } from '../handle.ts';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, enforces } from '../request.ts';
import { type RpcAnswer, rpcError, rpcResult } from '../rpc.ts';
import type { Session } from '../session.ts';
import { unknownResource } from '../unknown.ts';
import { describeOne, takesSubscriptions } from './describe.ts';
import { readResource } from './reads.ts';
import { refuseUndeclared } from './undeclared.ts';

type Asked = { readonly session: Session; readonly uri: string };
type HandleAsked = (request: AgentRequest<RequestMessage>, asked: Asked) => Promise<RpcAnswer>;

export const subscribe = withResource(async (request, { session, uri }) => {
  const decision = decideAccess(request.policy?.compiled, 'resources', uri);
  if (decision.outcome !== 'allow' && enforces(request)) return refuseAsUnknown(request, uri, decision);
  const { asking, context, server, watch } = request;
  const about = { target: uri, outcome: decision.outcome, decision };
  const admission = await admitUncounted(request, about);
  const sentMs = context.clock.monotonicMs();
  const taken = await watch.wait(context.clock, request.sessions.subscribe(session, { server, uri, asking }));
  const answeredMs = context.clock.monotonicMs();
  const outcome = { status: taken === 'taken' ? 'result' : 'error', bytesOut: 0 } as const;
  settle(request, admission, { fate: 'kept', outcome, sentMs, answeredMs });
  if (taken === 'taken') return rpcResult({});
  if (taken === 'refused') return unknownResource(request.message, uri);
  return rpcError(CODES.busy, 'too many subscriptions; unsubscribe from others first');
});

/** What a session subscribed to it may always let go of, also when it may not read it any more. */
export const unsubscribe = withResource(async (request, { session, uri }) => {
  const { server } = request;
  const decision = decideAccess(request.policy?.compiled, 'resources', uri);
  const isLetGo = request.sessions.unsubscribe(session, { server, uri });
  if (!isLetGo && decision.outcome !== 'allow' && enforces(request))
    return refuseAsUnknown(request, uri, decision);
  await record(request, { target: uri, outcome: 'served', decision });
  return rpcResult({});
});

/** Reads what both name, for servers that let their resources be watched. */
function withResource(handle: HandleAsked): Handle {
  return async (request) => {
    const read = readResource(request.message.params);
    if (typeof read === 'string') return refuseMalformed(request, read);
    const { session } = request.message;
    if (session === undefined) throw new Error('a legacy request was read without its session');
    const description = await describeOne(request);
    if ('code' in description) return description;
    if (!takesSubscriptions(description))
      return refuseUndeclared(request, 'the server does not support subscriptions to resources');
    return handle(request, { session, uri: read.name });
  };
}

async function refuseAsUnknown(
  request: AgentRequest<RequestMessage>,
  uri: string,
  decision: Decision,
): Promise<RpcAnswer> {
  await record(request, { target: uri, outcome: decision.outcome, decision });
  return unknownResource(request.message, uri);
}
