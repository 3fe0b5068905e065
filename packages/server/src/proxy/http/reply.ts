import type { JsonObject } from '@boomgate/engine';
import type { ProxyContext } from '../context.ts';
import type { Refusal } from '../message/message.ts';
import { type RpcAnswer, rpcError, rpcMessage } from '../rpc.ts';
import type { Address } from './address.ts';

/** An HTTP answer as a value; without a body it has none. */
export type Reply = {
  readonly status: number;
  readonly body?: JsonObject | readonly JsonObject[];
  readonly headers?: Readonly<Record<string, string>>;
};

/** One body for every reason, so that an agent learns nothing else (gateway §1). */
const UNAUTHORIZED: Reply = {
  status: 401,
  body: {
    error: 'unauthorized',
    message: 'expected a valid grant for this server: Authorization: Bearer <grant token>',
  },
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

const NO_SIGN_IN = plain(
  404,
  'not_found',
  'agents cannot sign in by themselves here: the gateway needs its dashboard, and --public-url unless it serves only this machine',
);

/**
 * For who is refused. Where agents sign in it says where that begins, for any server that there could be; nowhere else, as several
 * clients leave a configured header away once they find something (RFC 9728 §5.1).
 */
export function unauthorizedAt(
  address: Address | undefined,
  { signInAt }: Pick<ProxyContext, 'signInAt'>,
): Reply {
  if (address?.entry !== '/mcp-oauth') return UNAUTHORIZED;
  const gateway = signInAt();
  if (gateway === undefined) return NO_SIGN_IN;
  const place = address.server === '' ? '' : `${address.server}/`;
  const metadata = `${gateway}/.well-known/oauth-protected-resource/mcp-oauth/${place}`;
  return {
    status: 401,
    body: {
      error: 'unauthorized',
      message: 'expected an access token for this server: sign in as the header says',
    },
    headers: {
      'www-authenticate': `Bearer error="invalid_token", resource_metadata="${metadata}", scope="mcp"`,
    },
  };
}

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
