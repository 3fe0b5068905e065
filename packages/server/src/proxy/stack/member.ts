import type { JsonObject } from '@boomgate/engine';
import type { Member } from '../context.ts';
import type { RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';
import type { RpcAnswer } from '../rpc.ts';

export type StackRequest = AgentRequest<RequestMessage> & { readonly stack: readonly Member[] };

/** Answers a request for one server. */
export type AnswerOne = (request: AgentRequest<RequestMessage>) => Promise<RpcAnswer>;

/** The same request for one server, with the parameters that it has there in place of the stack's. */
export function forMember(
  request: StackRequest,
  { policy, server }: Member,
  changed: JsonObject,
): AgentRequest<RequestMessage> {
  const { message } = request;
  const params = { ...message.params, ...changed };
  return { ...request, stack: undefined, server, policy, message: { ...message, params } };
}
