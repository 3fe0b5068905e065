import { type Decision, isJsonObject, jsonTexts, type Outcome, ownProperty } from '@boomgate/engine';
import type { HeldTool } from '../../snapshots/index.ts';
import { CODES, type UpstreamError } from '../../upstreams/index.ts';
import type { RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, type RpcFailure, rpcError } from '../rpc.ts';
import { unknownTool } from '../unknown.ts';
import { refusedCall, toolError } from './answers.ts';
import type { CallParams } from './call-params.ts';
import type { DescribedCall } from './describe-call.ts';
import { record } from './record.ts';

type Refused = { readonly id: string; readonly decision: Decision; readonly name: string };

/** How each outcome that does not forward is answered (gateway §4). */
const ANSWERS = {
  deny: (request, { decision, id }) => refusedCall(request, id, decision),
  limit: (request, { decision, id }) => refusedCall(request, id, decision),
  hide: (_request, { name }) => unknownTool(name),
} satisfies Record<
  Exclude<Outcome, 'allow' | 'approve'>,
  (request: AgentRequest, refused: Refused) => RpcAnswer
>;

/** Records a call that the policy does not let through, and answers it. */
export async function refuseCall(
  request: AgentRequest,
  params: CallParams,
  decision: Decision,
): Promise<RpcAnswer> {
  const { outcome } = decision;
  if (outcome === 'allow' || outcome === 'approve')
    throw new Error('a call that may be forwarded was refused');
  const id = await record(request, {
    target: params.name,
    params,
    outcome,
    decision,
  });
  return ANSWERS[outcome](request, { id, decision, name: params.name });
}

export async function refuseUnoffered(
  request: AgentRequest,
  params: CallParams,
  described: Exclude<DescribedCall, { kind: 'offered' }>,
): Promise<RpcAnswer> {
  const about = { target: params.name, params };
  if (described.kind === 'not_offered') {
    await record(request, {
      ...about,
      outcome: 'deny',
      rule: '(not offered)',
      message: 'the server offers no such tool',
    });
    return unknownTool(params.name);
  }
  await record(request, { ...about, outcome: 'error', rule: '(upstream)', message: described.message });
  return toolError(`[UPSTREAM UNAVAILABLE] ${described.message}`);
}

/** A call of a tool whose definition no person has accepted: of every grant, as it is the server that is not trusted. */
export async function refuseHeld(
  request: AgentRequest,
  params: CallParams,
  held: HeldTool,
): Promise<RpcAnswer> {
  const message = await request.context.snapshots.wordsFor(request.server, params.name, held);
  return refuseForServer(request, params, { rule: '(held)', message });
}

/** A call with what its server is not to be sent: of every grant too. */
export function refuseSecrets(
  request: AgentRequest,
  params: CallParams,
  message: string,
): Promise<RpcAnswer> {
  return refuseForServer(request, params, { rule: SECRETS, message });
}

/** The rule of requests that hold what looks like a secret. */
export const SECRETS = '(secrets)';

async function refuseForServer(
  request: AgentRequest,
  params: CallParams,
  why: Pick<Decision, 'rule' | 'message'>,
): Promise<RpcAnswer> {
  const decision: Decision = { outcome: 'deny', ...why, trace: [], usage: [] };
  const id = await record(request, { target: params.name, params, outcome: 'deny', decision });
  return refusedCall(request, id, decision);
}

/** A request that is not as it has to be; `code` where that is not a fault of its parameters. */
export async function refuseMalformed(
  request: AgentRequest,
  fault: string,
  { code = CODES.invalidParams, ...more }: { readonly code?: number; readonly status?: number } = {},
): Promise<RpcAnswer> {
  await record(request, { target: '', outcome: 'malformed', rule: '(malformed)', message: fault });
  return rpcError(code, fault, more);
}

/** A request for which its server has to be asked something first, and cannot be. */
export async function refuseUnavailable(
  request: AgentRequest,
  { message }: UpstreamError,
): Promise<RpcFailure> {
  await record(request, { target: '', outcome: 'error', rule: '(upstream)', message });
  return rpcError(CODES.internal, `[UPSTREAM UNAVAILABLE] ${message}`);
}

/** A request that its server asked input for, when its grant has ended meanwhile or does not open the server any more. */
export async function refuseClosed(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const { method, params } = request.message;
  const named = ownProperty(params, method === 'resources/read' ? 'uri' : 'name');
  const args = ownProperty(params, 'arguments') ?? {};
  const isCall = method === 'tools/call';
  const id = await record(request, {
    target: typeof named === 'string' ? named : '',
    outcome: 'deny',
    decision: CLOSED,
    ...(isCall && isJsonObject(args) ? { params: { args, texts: jsonTexts(args) } } : {}),
  });
  return isCall ? refusedCall(request, id, CLOSED) : rpcError(CODES.invalidParams, CLOSED.message);
}

const CLOSED: Decision = {
  outcome: 'deny',
  rule: '(grant)',
  message: 'the grant of this request no longer opens the server',
  trace: [],
  usage: [],
};
