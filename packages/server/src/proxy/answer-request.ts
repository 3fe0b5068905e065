import { ownProperty } from '@boomgate/engine';
import { CODES } from '../upstreams/index.ts';
import { converse } from './call/converse.ts';
import { noteRefusal, record } from './call/record.ts';
import { inEraOf } from './eras/index.ts';
import type { InFlight } from './in-flight.ts';
import { noteIncident } from './incident.ts';
import type { NotificationMessage, RequestMessage } from './message/message.ts';
import { METHODS } from './methods/index.ts';
import type { AgentRequest } from './request.ts';
import { type RpcAnswer, rpcError } from './rpc.ts';
import { endSpan, startSpan } from './spans.ts';
import { answerStack } from './stack/index.ts';

/**
 * Answers one request of a known agent. An unexpected error becomes its answer here; `receive` does so for what is no
 * request yet.
 */
export async function answerRequest(
  request: AgentRequest<RequestMessage>,
  inFlight: InFlight,
): Promise<RpcAnswer> {
  const { context, grant, message, watch } = request;
  // What lasts has a bound of its own: streams that are open all day must not take places of calls.
  const isCounted = METHODS.get(message.method)?.lasts !== true;
  if (isCounted && !inFlight.enter(grant.id)) {
    noteRefusal(request);
    context.telemetry.meter.turnedAway('busy');
    return rpcError(
      CODES.busy,
      'too many requests of this grant are under way; try again when some have ended',
    );
  }
  if (isCounted) startSpan(request);
  let answer: RpcAnswer | undefined;
  try {
    answer = inEraOf(message, await dispatch(request));
    return answer;
  } catch (error) {
    const about = { method: message.method, server: request.server.slug };
    return rpcError(CODES.internal, noteIncident(context, error, about).message);
  } finally {
    if (isCounted) {
      inFlight.leave(grant.id);
      watch.end(context.clock.monotonicMs() - request.startedMs, context.telemetry);
      endSpan(request, answer);
    }
  }
}

function dispatch(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const { stack } = request;
  const { era, method } = request.message;
  const known = METHODS.get(method);
  if (stack !== undefined && known?.isForAll !== true) return answerStack({ ...request, stack }, dispatch);
  return known?.eras.includes(era) === true ? converse(request, known.handle) : refuseUnknown(request);
}

async function refuseUnknown(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  await record(request, {
    target: '',
    outcome: 'deny',
    rule: '(unknown method)',
    message: 'the gateway does not know this method',
  });
  return rpcError(
    CODES.methodNotFound,
    'Method not found',
    request.message.era === 'modern' ? { status: 404 } : {},
  );
}

/** Notifications are for the gateway itself; none is passed on as it came. */
export function takeNotification(message: NotificationMessage, inFlight: InFlight): void {
  if (message.method !== 'notifications/cancelled' || message.session === undefined) return;
  inFlight.cancel(message.session.id, ownProperty(message.params, 'requestId'));
}
