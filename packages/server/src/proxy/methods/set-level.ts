import { ownProperty } from '@boomgate/engine';
import { MESSAGE_LEVELS } from '../../upstreams/index.ts';
import { messageLevel } from '../asking.ts';
import { record } from '../call/record.ts';
import { refuseMalformed } from '../call/refuse.ts';
import type { RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';
import { type RpcAnswer, rpcResult } from '../rpc.ts';
import { describeAll } from './describe.ts';
import { refuseUndeclared } from './undeclared.ts';

/** `logging/setLevel`: the least severe messages that the session wants; sent along with its later requests. */
export async function setLevel(request: AgentRequest<RequestMessage>): Promise<RpcAnswer> {
  const { message, states } = request;
  const level = messageLevel(ownProperty(message.params, 'level'));
  if (level === undefined)
    return refuseMalformed(request, `expected params.level to be one of ${MESSAGE_LEVELS.join(', ')}`);
  const described = await describeAll(request);
  if ('code' in described) return described;
  if (!described.some(({ capabilities }) => Object.hasOwn(capabilities, 'logging')))
    return refuseUndeclared(request, 'the server does not support logging');
  await record(request, { target: '', outcome: 'served' });
  if (message.session !== undefined) states.setLogLevel(message.session, level);
  return rpcResult({});
}
