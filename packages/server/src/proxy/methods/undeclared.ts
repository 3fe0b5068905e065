import { CODES } from '../../upstreams/index.ts';
import { record } from '../call/record.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcError } from '../rpc.ts';

/** A method that the gateway knows, and the server does not serve: for the agent it does not exist. */
export async function refuseUndeclared(request: AgentRequest, why: string): Promise<RpcAnswer> {
  await record(request, { target: '', outcome: 'deny', rule: '(not offered)', message: why });
  return rpcError(CODES.methodNotFound, 'Method not found');
}
