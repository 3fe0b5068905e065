import { randomUUID } from 'node:crypto';
import { ownProperty } from '@boomgate/engine';
import { StoreError } from '../store/index.ts';
import { CODES } from '../upstreams/index.ts';
import { converse } from './call/converse.ts';
import { noteRefusal, record } from './call/record.ts';
import { inEraOf } from './eras/index.ts';
import type { InFlight } from './in-flight.ts';
import type { NotificationMessage, RequestMessage } from './message/message.ts';
import { METHODS } from './methods/index.ts';
import type { AgentRequest } from './request.ts';
import { type RpcAnswer, rpcError } from './rpc.ts';
import { endSpan, startSpan } from './spans.ts';
import { answerStack } from './stack/index.ts';

/**
 * Answers one request of a known agent. The one place where an unexpected error becomes a refusal: the agent gets an
 * incident id and no detail, the operator gets both (gateway §2).
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
    if (error instanceof StoreError) context.telemetry.meter.turnedAway('store');
    const incident = randomUUID();
    context.log.error(
      { incident, method: message.method, server: request.server.slug, error: String(error) },
      'request refused after an error',
    );
    const why =
      error instanceof StoreError && error.code === 'unavailable'
        ? 'the gateway cannot record requests now, so this one was refused; try again in a moment'
        : 'internal error, the request was refused';
    return rpcError(CODES.internal, `${why}; incident ${incident}`);
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
