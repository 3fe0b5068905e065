import type { JsonObject } from '@boomgate/engine';
import type { Admission, OutcomeRow } from '../../store/index.ts';
import type { UpstreamAnswer, UpstreamRequest } from '../../upstreams/index.ts';
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

export type Forwarding = Pick<UpstreamRequest, 'method' | 'params' | 'tool'> & { readonly round: Round };

/** Sends an admitted request and settles what was taken for it. The answer is always a value, whatever the server does. */
export async function forward(
  request: AgentRequest,
  admission: Admission,
  forwarding: Forwarding,
): Promise<UpstreamAnswer> {
  const { asking, context, grant, server } = request;
  const sentMs = context.clock.monotonicMs();
  const upstream = context.upstreams.for(server, grant.id, asking);
  const { round, ...fixed } = forwarding;
  const outgoing = { ...fixed, ...listeningOf(request), ...round.input };
  const answer = answerable(asking, round, await upstream.send(outgoing));
  context.atPoint('forward');
  const nowMs = context.clock.monotonicMs();
  const times = { upstreamMs: nowMs - sentMs, gatewayMs: sentMs - request.startedMs };
  context.store.journal.settle(admission, fateOf(answer), { ...statusOf(answer), ...times });
  return answer;
}

/** How the agent hears of what happens before the answer, and is asked (P §3.6). */
function listeningOf(request: AgentRequest): Omit<UpstreamRequest, 'method' | 'params'> {
  const { ask, logLevel, message, notify, signal } = request;
  const progressToken = message.meta['progressToken'];
  const wantsProgress = progressToken !== undefined;
  const token = wantsProgress ? { progressToken } : {};
  const base = { signal, wantsProgress, ...(ask === undefined ? {} : { ask }) };
  if (!wantsProgress && logLevel === undefined) return base;
  return {
    ...base,
    ...(logLevel === undefined ? {} : { logLevel }),
    onNotification: ({ method, params }) => {
      const isProgress = method === 'notifications/progress';
      if (isProgress && !wantsProgress) return;
      notify({ jsonrpc: '2.0', method, params: isProgress ? { ...params, ...token } : params });
    },
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
