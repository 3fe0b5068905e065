import type { RequestMessage } from './message/message.ts';
import type { AgentRequest } from './request.ts';
import type { RpcAnswer } from './rpc.ts';

/** Answers a request of an agent. */
export type Handle = (request: AgentRequest<RequestMessage>) => Promise<RpcAnswer>;
