import type { Json, JsonObject } from '@boomgate/engine';
import type { Admission, OutcomeRow } from '../../store/index.ts';
import type { Upstream, UpstreamAnswer, UpstreamRequest } from '../../upstreams/index.ts';
import { CODES, isReservedMetaKey } from '../message/protocol.ts';
import type { AgentRequest } from '../request.ts';
import { answerable, type Round } from './rounds.ts';

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

export type Forwarding = Pick<UpstreamRequest, 'method' | 'params' | 'argumentsText' | 'tool'> & {
  readonly upstream: Upstream;
  readonly round: Round;
};

/** Sends an admitted request and settles what was taken for it. The answer is always a value, whatever the server does. */
export async function forward(
  request: AgentRequest,
  admission: Admission,
  forwarding: Forwarding,
): Promise<UpstreamAnswer> {
  const { asking, context } = request;
  const { round, upstream } = forwarding;
  const sentMs = context.clock.monotonicMs();
  const answer = answerable(asking, round, await upstream.send(outgoing(request, forwarding)));
  context.atPoint('forward');
  const nowMs = context.clock.monotonicMs();
  const times = { upstreamMs: inMicros(nowMs - sentMs), gatewayMs: inMicros(sentMs - request.startedMs) };
  context.store.journal.settle(admission, fateOf(answer), { ...statusOf(answer), ...times });
  return answer;
}

/** Milliseconds without more digits than clocks are good for. */
function inMicros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

function outgoing(
  request: AgentRequest,
  { argumentsText, method, params, round, tool }: Omit<Forwarding, 'upstream'>,
): UpstreamRequest {
  const { ask, logLevel, message, signal } = request;
  const progressToken = message.meta['progressToken'];
  const listens = progressToken !== undefined || logLevel !== undefined;
  return {
    method,
    params,
    argumentsText,
    tool,
    signal,
    wantsProgress: progressToken !== undefined,
    logLevel,
    ask,
    onNotification: listens ? relayTo(request, progressToken) : undefined,
    inputResponses: round.input.inputResponses,
    requestState: round.input.requestState,
  };
}

/** How the agent hears of what happens before the answer: progress under its own token, if it gave one (P §3.6). */
function relayTo(
  { notify }: AgentRequest,
  progressToken: Json | undefined,
): UpstreamRequest['onNotification'] {
  return ({ method, params }) => {
    if (method !== 'notifications/progress') notify({ jsonrpc: '2.0', method, params });
    else if (progressToken !== undefined)
      notify({ jsonrpc: '2.0', method, params: { ...params, progressToken } });
  };
}

function fateOf(answer: UpstreamAnswer): 'kept' | 'given_back' {
  if (answer.kind === 'result' || answer.kind === 'input_required') return 'kept';
  const idle = answer.kind === 'error' ? DID_NOT_ACT.has(answer.error.code) : answer.acted === 'no';
  return idle ? 'given_back' : 'kept';
}

function statusOf(answer: UpstreamAnswer): Omit<OutcomeRow, 'upstreamMs' | 'gatewayMs'> {
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
      const status =
        answer.code === 'cancelled' ? 'cancelled' : answer.acted === 'no' ? 'unreachable' : 'unknown';
      return { status, bytesOut: 0, ...http };
    }
  }
}

/** `_meta` for the next hop: what belongs to this hop stays here, `baggage` is for nobody else (P §1.12). */
export function forwardedMeta(meta: JsonObject): { readonly _meta?: JsonObject } {
  const kept: Record<string, JsonObject[string]> = {};
  let found = false;
  for (const key of Object.keys(meta)) {
    const value = meta[key];
    if (value === undefined || key === 'progressToken' || key === 'baggage' || isReservedMetaKey(key))
      continue;
    kept[key] = value;
    found = true;
  }
  return found ? { _meta: kept } : {};
}
