import { REFUSAL_MARK } from '@boomgate/contract/refusal-mark';
import { type Decision, isJsonObject, type JsonObject } from '@boomgate/engine';
import { CODES, META, type UpstreamAnswer, type UpstreamErrorCode } from '../../upstreams/index.ts';
import { resultInRevision } from '../eras/index.ts';
import type { RequestMessage } from '../message/message.ts';
import { type AgentRequest, statefulRequest } from '../request.ts';
import { type RpcAnswer, rpcError, rpcResult } from '../rpc.ts';
import type { Round } from './rounds.ts';

/** A refusal that the agent's model can read and act upon (gateway §4). */
export function refusedCall(request: AgentRequest, id: string, decision: Decision): RpcAnswer {
  const { outcome, retryAfterMs, rule, usage } = decision;
  const full = usage.find((one) => one.rule === rule);
  const details: JsonObject = {
    id,
    outcome,
    rule,
    policyVersion: request.policy?.version ?? 0,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(outcome === 'limit' && full !== undefined ? { limit: full.max, remaining: 0 } : {}),
  };
  return toolError(`${REFUSAL_MARK} ${decision.message}`, { 'boomgate/decision': details });
}

/** What an answer belongs to: the request, its round, and the id of its row. */
type Answered = {
  readonly request: AgentRequest<RequestMessage>;
  readonly round: Round;
  readonly callId: string;
  /** What was called; absent for reads. */
  readonly tool?: JsonObject;
};

/** The server's answer to a call, as the agent gets it. */
export function callAnswer(answered: Answered, answer: UpstreamAnswer): RpcAnswer {
  if (answer.kind === 'failure') return toolError(`${failureText(answer)}${effectOf(answer)}`);
  if (answer.kind === 'error' && isForeign(answered, answer.error.code))
    return inputMissing(answered.request.message, answer.error.message);
  return plainAnswer(answered, answer);
}

/** The server's answer to a read, where an agent expects an error rather than a tool result. */
export function readAnswer(answered: Answered, answer: UpstreamAnswer): RpcAnswer {
  if (answer.kind === 'failure') return rpcError(CODES.internal, failureText(answer));
  return plainAnswer(answered, answer);
}

/** An error that only the newest revision has, as it says what the agent did not declare: others are told by a result. */
function isForeign({ request }: Answered, code: number): boolean {
  return code === CODES.missingCapability && request.message.era === 'legacy';
}

type Failure = Extract<UpstreamAnswer, { kind: 'failure' }>;

function failureText({ code, message }: Failure): string {
  const title = TITLES.get(code) ?? 'UPSTREAM UNAVAILABLE';
  return `[${title}] ${message}`;
}

/** A model that reads of a failure alone makes the call again, and pays twice. */
function effectOf({ acted, code }: Failure): string {
  if (acted === 'no' || code === 'input_missing') return '';
  return '; the call may have been carried out, so look before you make it again';
}

const TITLES: ReadonlyMap<UpstreamErrorCode, string> = new Map([
  ['input_missing', 'INPUT MISSING'],
  ['result_blocked', 'RESULT BLOCKED'],
]);

function plainAnswer(
  { callId, request, round, tool }: Answered,
  answer: Exclude<UpstreamAnswer, Failure>,
): RpcAnswer {
  if (answer.kind === 'error') {
    const { code, data, message } = answer.error;
    const status =
      code === CODES.missingCapability && request.message.era === 'modern' ? { status: 400 } : {};
    return rpcError(code, message, { ...(data === undefined ? {} : { data }), ...status });
  }
  if (answer.kind === 'input_required')
    return request.context.rounds.ask(statefulRequest(request), round, { ...answer, callId });
  return rpcResult(resultInRevision(withoutHop(answer.result), request.message.protocol, tool));
}

/** The upstream's name for itself belongs to its own hop. */
function withoutHop(result: JsonObject): JsonObject {
  const meta = result['_meta'];
  if (!isJsonObject(meta) || !Object.hasOwn(meta, META.serverInfo)) return result;
  const { [META.serverInfo]: _own, ...kept } = meta;
  const { _meta, ...rest } = result;
  return Object.keys(kept).length === 0 ? rest : { ...rest, _meta: kept };
}

/** The input that the server asked for did not come: what it would have done with it, it did not do. */
export function inputMissing({ method }: RequestMessage, message: string): RpcAnswer {
  const text = `[INPUT MISSING] ${message}`;
  return method === 'tools/call' ? toolError(text) : rpcError(CODES.internal, text);
}

export function toolError(text: string, meta?: JsonObject): RpcAnswer {
  return rpcResult({
    content: [{ type: 'text', text }],
    isError: true,
    ...(meta === undefined ? {} : { _meta: meta }),
  });
}
