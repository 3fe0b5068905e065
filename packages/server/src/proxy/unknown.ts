/** The answers for what does not exist, which are also those for what may not be seen (gateway §4). */

import { CODES } from '../upstreams/index.ts';
import type { RequestMessage } from './message/message.ts';
import { type RpcAnswer, rpcError } from './rpc.ts';

export function unknownTool(name: string): RpcAnswer {
  return rpcError(CODES.invalidParams, `Unknown tool: ${name}`);
}

export function unknownPrompt(name: string): RpcAnswer {
  return rpcError(CODES.invalidParams, `Unknown prompt: ${name}`);
}

export function unknownResource({ era }: RequestMessage, uri: string): RpcAnswer {
  const code = era === 'modern' ? CODES.invalidParams : CODES.resourceNotFoundLegacy;
  return rpcError(code, 'Resource not found', { data: { uri } });
}
