import { type JsonObject, ownProperty } from '@boomgate/engine';
import { readTraceContext, type TraceContext, Watch } from '../../telemetry/index.ts';
import { type Asked, askingOf, SILENT } from '../asking.ts';
import type { Message, NotificationMessage, RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';
import type { DataPlane } from './caller.ts';
import type { Incoming } from './incoming.ts';

/** A message of an agent that waits for its answer. */
export function agentRequest(
  plane: DataPlane,
  incoming: Incoming,
  more: Pick<AgentRequest<RequestMessage>, 'message' | 'signal'>,
): AgentRequest<RequestMessage> {
  const { exchange } = incoming;
  return requestOf(plane, incoming, {
    message: more.message,
    signal: more.signal,
    closed: exchange.closed,
    notify: (message) => exchange.notify(message),
    acceptsStream: exchange.acceptsStream,
    asked: askingOf(plane, exchange, more),
  });
}

/** One that is over with its row in the log: nobody waits, and nothing can be said or asked. */
export function unansweredRequest(
  plane: DataPlane,
  incoming: Unanswered,
  message: NotificationMessage,
): AgentRequest<NotificationMessage> {
  return requestOf(plane, incoming, {
    message,
    signal: GONE,
    closed: GONE,
    notify: () => false,
    acceptsStream: false,
    asked: SILENT,
  });
}

/** What came of an agent, without the way on which an answer would get back. */
export type Unanswered = Omit<Incoming, 'exchange'>;

const GONE = AbortSignal.abort();

type Asker<M extends Message> = Pick<
  AgentRequest<M>,
  'message' | 'signal' | 'closed' | 'notify' | 'acceptsStream'
> & {
  readonly asked: Asked;
};

/** Made for every request: one object with all of its fields, which is quicker to make and to read than one put together. */
function requestOf<M extends Message>(
  { context, sessions, states, streams }: DataPlane,
  { bytesIn, caller }: Unanswered,
  { acceptsStream, asked, closed, message, notify, signal }: Asker<M>,
): AgentRequest<M> {
  return {
    context,
    grant: caller.grant,
    server: caller.server,
    stack: caller.stack,
    policy: caller.policy,
    message,
    mirrored: caller.headers.mirrored,
    bytesIn,
    startedMs: caller.startedMs,
    asking: asked.asking,
    ask: asked.ask,
    logLevel: asked.logLevel,
    notify,
    acceptsStream,
    signal,
    closed,
    pass: caller.pass,
    streams,
    sessions,
    states,
    watch: new Watch(),
    trace: traceOf(message.meta) ?? caller.headers.trace,
  };
}

/** As the message has it, wherever its transport says something else (P §1.12). */
function traceOf(meta: JsonObject): TraceContext | undefined {
  return readTraceContext(ownProperty(meta, 'traceparent'), ownProperty(meta, 'tracestate'));
}
