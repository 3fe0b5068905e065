import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import type { Span } from '@opentelemetry/api';
import type { Admission, OutcomeRow } from '../../store/index.ts';
import type { TraceContext } from '../../telemetry/index.ts';
import {
  CODES,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamErrorCode,
  type UpstreamRequest,
} from '../../upstreams/index.ts';
import type { AgentRequest } from '../request.ts';
import { endForwarding, startForwarding, traceFor } from '../spans.ts';
import { answerable } from './answerable.ts';
import { checkResult } from './check-result.ts';
import type { Round } from './rounds.ts';
import { SecretsGuard } from './secrets-guard.ts';
import { type Ending, settle } from './settle.ts';

/** JSON-RPC errors with which a server says that it did nothing: malformed, unknown, or not what it expects (language §5). */
const DID_NOT_ACT: ReadonlySet<number> = new Set([
  CODES.parse,
  CODES.invalidRequest,
  CODES.methodNotFound,
  CODES.invalidParams,
  CODES.headerMismatch,
  CODES.missingCapability,
  CODES.unsupportedVersion,
]);

type Forwarding = Pick<UpstreamRequest, 'method' | 'params' | 'argumentsText' | 'tool'> & {
  readonly upstream: Upstream;
  readonly round: Round;
};

/** Sends an admitted request and settles what was taken for it. The answer is always a value, whatever the server does. */
export async function forward(
  request: AgentRequest,
  admission: Admission,
  forwarding: Forwarding,
): Promise<UpstreamAnswer> {
  const { asking, context, watch } = request;
  const { round, upstream } = forwarding;
  const span = startForwarding(request, nameOf(forwarding));
  const sentMs = context.clock.monotonicMs();
  watch.forwards(sentMs);
  const guard = new SecretsGuard(request);
  const sent = outgoing(request, { ...forwarding, guard }, span);
  const received = answerable(asking, round, await upstream.send(sent));
  context.atPoint('forward');
  const answeredMs = context.clock.monotonicMs();
  watch.endWait(answeredMs);
  const { answer: checked, ...faults } = checkResult(request, forwarding.tool, received);
  const answer = await guard.take(checked);
  const outcome = { ...outcomeOf(answer), ...faults, ...guard.note() };
  settle(request, admission, { fate: fateOf(answer), outcome, sentMs, answeredMs });
  endForwarding(span, answer, outcome.status);
  return answer;
}

type Guarded = Omit<Forwarding, 'upstream'> & { readonly guard: SecretsGuard };

function outgoing(
  request: AgentRequest,
  { argumentsText, guard, method, params, round, tool }: Guarded,
  span: Span | undefined,
): UpstreamRequest {
  const { logLevel, message, signal } = request;
  const progressToken = message.meta['progressToken'];
  const listens = progressToken !== undefined || logLevel !== undefined;
  return {
    method,
    params: withTrace(params, traceFor(request, span)),
    argumentsText,
    tool,
    signal,
    wantsProgress: progressToken !== undefined,
    logLevel,
    agentSession: message.session?.key,
    ask: guard.ask,
    onNotification: listens ? guard.relaying(relayTo(request, progressToken)) : undefined,
    inputResponses: round.input.inputResponses,
    requestState: round.input.requestState,
  };
}

/** The name of an offered tool. */
function nameOf({ tool }: Forwarding): string | undefined {
  const name = tool?.['name'];
  return typeof name === 'string' ? name : undefined;
}

/** `params` with the trace context in its `_meta`, from where the driver also makes headers of it; what was there goes. */
function withTrace(params: JsonObject, trace: TraceContext | undefined): JsonObject {
  if (trace === undefined) return params;
  const { tracestate: _, ...meta } = isJsonObject(params['_meta']) ? params['_meta'] : {};
  return { ...params, _meta: { ...meta, ...trace } };
}

/** How the agent hears of what happens before the answer: progress under its own token, if it gave one (P §3.6). */
function relayTo(
  { notify }: AgentRequest,
  progressToken: Json | undefined,
): NonNullable<UpstreamRequest['onNotification']> {
  return ({ method, params }) => {
    if (method !== 'notifications/progress') notify({ jsonrpc: '2.0', method, params });
    else if (progressToken !== undefined)
      notify({ jsonrpc: '2.0', method, params: { ...params, progressToken } });
  };
}

function fateOf(answer: UpstreamAnswer): Ending['fate'] {
  if (answer.kind === 'result' || answer.kind === 'input_required') return 'kept';
  const idle = answer.kind === 'error' ? DID_NOT_ACT.has(answer.error.code) : answer.acted === 'no';
  return idle ? 'given_back' : 'kept';
}

/** Failures of which more is known than whether the server acted. */
const STATUS_OF_FAILURE: ReadonlyMap<UpstreamErrorCode, OutcomeRow['status']> = new Map([
  ['cancelled', 'cancelled'],
  ['result_blocked', 'blocked'],
]);

function outcomeOf(answer: UpstreamAnswer): Ending['outcome'] {
  const http = answer.httpStatus === undefined ? {} : { httpStatus: answer.httpStatus };
  switch (answer.kind) {
    case 'result':
      return {
        status: answer.result['isError'] === true ? 'tool_error' : 'result',
        bytesOut: answer.bytes,
        ...http,
      };
    case 'error':
      return { status: 'error', errorCode: answer.error.code, bytesOut: answer.bytes, ...http };
    case 'input_required':
      return { status: 'input_required', bytesOut: answer.bytes, ...http };
    case 'failure': {
      const otherwise = answer.acted === 'no' ? 'unreachable' : 'unknown';
      return { status: STATUS_OF_FAILURE.get(answer.code) ?? otherwise, bytesOut: 0, ...http };
    }
  }
}
