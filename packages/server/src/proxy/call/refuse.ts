import { type Decision, isJsonObject, jsonTexts, type Outcome, ownProperty } from '@boomgate/engine';
import type { HeldTool } from '../../snapshots/index.ts';
import type { RequestMessage } from '../message/message.ts';
import { CODES } from '../message/protocol.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcError } from '../rpc.ts';
import { refusedCall, toolError, unknownTool } from './answers.ts';
import type { CallParams } from './call-params.ts';
import type { DescribedCall } from './describe-call.ts';
import { decisionRow, type RowDetails } from './row.ts';
import { seen } from './seen.ts';

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
  const decision: Decision = { outcome: 'deny', rule: '(held)', message, trace: [], usage: [] };
  const id = await record(request, { target: params.name, params, outcome: 'deny', decision });
  return refusedCall(request, id, decision);
}

export async function refuseMalformed(request: AgentRequest, fault: string): Promise<RpcAnswer> {
  await record(request, { target: '', outcome: 'malformed', rule: '(malformed)', message: fault });
  return rpcError(CODES.invalidParams, fault);
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
  message: 'the grant of this request does not open the server any more',
  trace: [],
  usage: [],
};

/** Rows of requests that were not refused, whatever became of them. */
const NO_REFUSAL: ReadonlySet<RowDetails['outcome']> = new Set(['served', 'error']);

/** A modern call whose headers say something else than its body (P §1.4). */
export async function refuseMismatch(request: AgentRequest, fault: string): Promise<RpcAnswer> {
  await record(request, { target: '', outcome: 'malformed', rule: '(malformed)', message: fault });
  return rpcError(CODES.headerMismatch, fault, { status: 400 });
}

/** Writes the row of a request that is not forwarded; gives its id. */
export async function record(request: AgentRequest, details: Omit<RowDetails, 'forwarded'>): Promise<string> {
  if (!NO_REFUSAL.has(details.outcome)) noteRefusal(request);
  const row = decisionRow(request, { ...details, forwarded: false });
  await request.context.store.journal.record(row);
  seen(request, row);
  return row.id;
}

/** Counts towards the one rate at which a grant is turned away (gateway §5). */
export function noteRefusal({ context, grant, startedMs }: AgentRequest): void {
  context.refusals.note(grant.id, startedMs);
}
