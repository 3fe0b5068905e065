import type { Json, JsonObject } from '@boomgate/engine';
import type { RpcId } from './message/message.ts';

/** What a method gives back; `status` is the HTTP status when it is not 200. */
export type RpcAnswer = RpcResult | RpcFailure;
export type RpcResult = {
  readonly kind: 'result';
  readonly result: JsonObject;
  /** It is no result yet: the agent is to give input and send the request again. */
  readonly asksForInput?: true;
  readonly headers?: Readonly<Record<string, string>>;
};
export type RpcFailure = {
  readonly kind: 'error';
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
  readonly status?: number;
};

export function rpcResult(result: JsonObject): RpcResult {
  return { kind: 'result', result };
}

export function rpcError(
  code: number,
  message: string,
  more: { readonly data?: Json; readonly status?: number } = {},
): RpcFailure {
  return { kind: 'error', code, message, ...more };
}

/** The JSON-RPC message of an answer. */
export function rpcMessage(id: RpcId | null, answer: RpcAnswer): JsonObject {
  if (answer.kind === 'result') return { jsonrpc: '2.0', id, result: answer.result };
  const error = {
    code: answer.code,
    message: answer.message,
    ...(answer.data === undefined ? {} : { data: answer.data }),
  };
  return { jsonrpc: '2.0', id, error };
}
