import type { JsonObject } from '@boomgate/engine';
import type { Refusal } from '../message/message.ts';
import { type RpcAnswer, rpcError, rpcMessage } from '../rpc.ts';

/** An HTTP answer as a value; without a body it has none. */
export type Reply = {
  readonly status: number;
  readonly body?: JsonObject | readonly JsonObject[];
  readonly headers?: Readonly<Record<string, string>>;
};

/** One body for every reason, so that an agent learns nothing else (gateway §1). */
export const UNAUTHORIZED: Reply = {
  status: 401,
  body: {
    error: 'unauthorized',
    message: 'expected a valid grant for this server: Authorization: Bearer <grant token>',
  },
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

export const ACCEPTED: Reply = { status: 202 };

/** A refusal before there is a message to answer. */
export function plain(status: number, error: string, message: string): Reply {
  return { status, body: { error, message } };
}

export function refusalReply({ code, data, id, message, status }: Refusal): Reply {
  return { status, body: rpcMessage(id, rpcError(code, message, data === undefined ? {} : { data })) };
}

export function answerReply(id: string | number, answer: RpcAnswer): Reply {
  const body = rpcMessage(id, answer);
  if (answer.kind === 'error') return { status: answer.status ?? 200, body };
  return { status: 200, body, ...(answer.headers === undefined ? {} : { headers: answer.headers }) };
}
