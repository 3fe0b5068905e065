import type { JsonObject } from '@boomgate/engine';
import { isWithProof, PROOF_ALGORITHMS } from '../../identity/index.ts';
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
function unauthorized(message: string, parameters: readonly string[], scheme = 'Bearer'): Reply {
  return {
    status: 401,
    body: { error: 'unauthorized', message },
    headers: { 'www-authenticate': `${scheme} ${parameters.join(', ')}` },
  };
}

const GRANT_EXPECTED = 'expected a valid grant for this server: Authorization: Bearer <grant token>';
const SIGN_IN_EXPECTED = 'expected an access token for this server: sign in as the header says';

const NO_SIGN_IN = plain(
  404,
  'not_found',
  'agents cannot sign in by themselves here: the gateway needs its dashboard, and --public-url unless it serves only this machine',
);

type Refused = { readonly address: Address | undefined; readonly authorization: string | undefined };

/**
 * For who is refused. Where agents sign in it says where that begins, for any server that there could be; nowhere else, as several
 * clients leave a configured header away once they find something (RFC 9728 §5.1). Who presents no token is told of no error in one
 * (RFC 6750 §3.1).
 */
export function unauthorizedAt(
  { address, authorization }: Refused,
  { signInAt }: Pick<ProxyContext, 'signInAt'>,
): Reply {
  const error = /^bearer /i.test(authorization ?? '') ? ['error="invalid_token"'] : [];
  // A challenge has one parameter at least (RFC 6750 §3).
  if (address?.entry !== '/mcp-oauth')
    return unauthorized(GRANT_EXPECTED, error.length === 0 ? ['realm="mcp"'] : error);
  const gateway = signInAt();
  if (gateway === undefined) return NO_SIGN_IN;
  const begins = beginsAt(gateway, address);
  if (isWithProof(authorization))
    return unauthorized(SIGN_IN_EXPECTED, ['error="invalid_token"', ALGORITHMS, ...begins], 'DPoP');
  return unauthorized(SIGN_IN_EXPECTED, [...error, ...begins]);
}

/** Where a sign-in begins, in the agent's spelling, which clients hold against what the metadata say (RFC 9728 §3.3). */
function beginsAt(gateway: string, { place }: Address): readonly string[] {
  return [`resource_metadata="${gateway}/.well-known/oauth-protected-resource${place}"`, 'scope="mcp"'];
}

const ALGORITHMS = `algs="${PROOF_ALGORITHMS.join(' ')}"`;

type Unproven = { readonly address: Address; readonly error: string; readonly why: string };

/** For who presents a token that is bound to a key, and has not proven that it is theirs (RFC 9449 §7.1). `why` holds no quotes. */
export function unprovenAt(
  { address, error, why }: Unproven,
  { signInAt }: Pick<ProxyContext, 'signInAt'>,
): Reply {
  const gateway = signInAt();
  if (gateway === undefined) return NO_SIGN_IN;
  const parameters = [`error="${error}"`, `error_description="${why}"`, ALGORITHMS];
  return unauthorized(why, [...parameters, ...beginsAt(gateway, address)], 'DPoP');
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
