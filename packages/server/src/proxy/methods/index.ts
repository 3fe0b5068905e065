/**
 * The methods that agents may send. What is not in this table is refused, never passed on (gateway §2).
 */
import type { Era } from '../../upstreams/index.ts';
import { handleToolCall } from '../call/handle-tool-call.ts';
import type { RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';
import type { RpcAnswer } from '../rpc.ts';
import { discover, initialize, ping } from './initialize.ts';
import { listMethod } from './lists.ts';
import { readCompletion, readMethod, readPrompt, readResource } from './reads.ts';

export type Method = {
  readonly eras: readonly Era[];
  readonly handle: (request: AgentRequest<RequestMessage>) => Promise<RpcAnswer>;
};

const BOTH: readonly Era[] = ['modern', 'legacy'];

export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['initialize', { eras: ['legacy'], handle: initialize }],
  ['ping', { eras: ['legacy'], handle: ping }],
  ['server/discover', { eras: ['modern'], handle: discover }],
  ['tools/list', { eras: BOTH, handle: listMethod('tools') }],
  ['tools/call', { eras: BOTH, handle: handleToolCall }],
  ['prompts/list', { eras: BOTH, handle: listMethod('prompts') }],
  ['prompts/get', { eras: BOTH, handle: readMethod(readPrompt) }],
  ['resources/list', { eras: BOTH, handle: listMethod('resources') }],
  ['resources/templates/list', { eras: BOTH, handle: listMethod('resourceTemplates') }],
  ['resources/read', { eras: BOTH, handle: readMethod(readResource) }],
  ['completion/complete', { eras: BOTH, handle: readMethod(readCompletion) }],
]);
