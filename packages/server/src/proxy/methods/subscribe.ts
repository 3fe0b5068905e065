import { type Decision, decideAccess } from '@boomgate/engine';
import { grantBecame } from '../call/grant-became.ts';
import { record, refuseMalformed } from '../call/refuse.ts';
import { decisionRow } from '../call/row.ts';
import { seen } from '../call/seen.ts';
import type { RequestMessage } from '../message/message.ts';
import { CODES } from '../message/protocol.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcError, rpcResult } from '../rpc.ts';
import type { Session } from '../session.ts';
import { describeOne, takesSubscriptions } from './describe.ts';
import { readResource, unknownResource } from './reads.ts';
import { refuseUndeclared } from './undeclared.ts';

type Asked = { readonly session: Session; readonly uri: string };
type Handle = (request: AgentRequest<RequestMessage>, asked: Asked) => Promise<RpcAnswer>;

export const subscribe = withResource(async (request, { session, uri }) => {
  const decision = decideAccess(request.policy?.compiled, 'resources', uri);
  if (decision.outcome !== 'allow' && request.grant.mode === 'enforce')
    return refuseAsUnknown(request, uri, decision);
  const { asking, context, server, startedMs, watch } = request;
  const about = { target: uri, outcome: decision.outcome, decision, forwarded: true };
  const row = decisionRow(request, about);
  const admission = await context.store.journal.admit([], () => row);
  seen(request, row);
  const sentMs = context.clock.monotonicMs();
  const taken = await watch.wait(context.clock, request.sessions.subscribe(session, { server, uri, asking }));
  const times = { upstreamMs: context.clock.monotonicMs() - sentMs, gatewayMs: sentMs - startedMs };
  const status = taken === 'taken' ? 'result' : 'error';
  const outcome = { status, bytesOut: 0, ...times, ...grantBecame(request) } as const;
  context.store.journal.settle(admission, 'kept', outcome);
  context.telemetry.meter.settled({ server: server.slug, status, ms: times.upstreamMs });
  if (taken === 'taken') return rpcResult({});
  if (taken === 'refused') return unknownResource(request.message, uri);
  return rpcError(CODES.busy, 'too many subscriptions; unsubscribe from others first');
});

/** What a session subscribed to it may always let go of, also when it may not read it any more. */
export const unsubscribe = withResource(async (request, { session, uri }) => {
  const { server } = request;
  const decision = decideAccess(request.policy?.compiled, 'resources', uri);
  const isLetGo = request.sessions.unsubscribe(session, { server, uri });
  if (!isLetGo && decision.outcome !== 'allow' && request.grant.mode === 'enforce')
    return refuseAsUnknown(request, uri, decision);
  await record(request, { target: uri, outcome: 'served', decision });
  return rpcResult({});
});

/** Reads what both name, for servers that let their resources be watched. */
function withResource(handle: Handle): (request: AgentRequest<RequestMessage>) => Promise<RpcAnswer> {
  return async (request) => {
    const read = readResource(request.message.params);
    if (typeof read === 'string') return refuseMalformed(request, read);
    const { session } = request.message;
    if (session === undefined) throw new Error('a legacy request was read without its session');
    const description = await describeOne(request);
    if ('code' in description) return description;
    if (!takesSubscriptions(description))
      return refuseUndeclared(request, 'the server takes no subscriptions to resources');
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
