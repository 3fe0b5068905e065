import type { JsonObject } from '@boomgate/engine';
import type { AgentReply, Era } from '../../upstreams/index.ts';
import type { ClientText, Session } from '../session.ts';

export type RpcId = string | number;

/** A request or notification that passed the checks of its era; everything later works on this, never on the bytes. */
export type Message = RequestMessage | NotificationMessage;

export type RequestMessage = MessageBase & { readonly kind: 'request'; readonly id: RpcId };
export type NotificationMessage = MessageBase & { readonly kind: 'notification' };

/** A legacy agent's reply to something that the gateway asked it for a server. */
export type ResponseMessage = {
  readonly kind: 'response';
  readonly id: RpcId;
  readonly session: Session;
  readonly reply: AgentReply;
};

type MessageBase = {
  readonly era: Era;
  /** Revision that the agent speaks. */
  readonly protocol: string;
  readonly method: string;
  readonly params: JsonObject;
  /** `_meta` of the request, or an empty object. */
  readonly meta: JsonObject;
  /** Legacy only; absent on `initialize`. */
  readonly session?: Session;
  /** Self-reported, cut to the bound. */
  readonly client: ClientText;
  /** What the agent can be asked, as `agentCapabilities` gives it. */
  readonly capabilities: JsonObject;
};

/** A request that no policy needs to see, because it is not valid: P §1.4 says how it is answered. */
export type Refusal = {
  readonly kind: 'refusal';
  readonly status: number;
  readonly code: number;
  /** Lower case, what was expected and found. */
  readonly message: string;
  readonly data?: JsonObject;
  readonly id: RpcId | null;
};

/** Nothing to answer but 202: a posted response, or a notification that the era does not define. */
export type Ignored = { readonly kind: 'ignored' };

type RefusalText = {
  readonly status?: number;
  readonly data?: JsonObject;
  readonly id?: RpcId | null;
};

export function refuse(code: number, message: string, more: RefusalText = {}): Refusal {
  const { status = 400, data, id = null } = more;
  return { kind: 'refusal', status, code, message, id, ...(data === undefined ? {} : { data }) };
}
