import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressKey, takesFrom } from '../../identity/index.ts';
import { REFUSAL_RETRY_S } from '../../limits/index.ts';
import type { GrantRecord } from '../../store/index.ts';
import type { TurnedAway } from '../../telemetry/index.ts';
import type { HostRules, ProxyContext } from '../context.ts';
import { noteIncident } from '../incident.ts';
import { type Endpoint, readAddress } from './address.ts';
import { answerTree } from './answer-tree.ts';
import { type Caller, type DataPlane, identifyCaller } from './caller.ts';
import { endSession } from './end-session.ts';
import { Exchange } from './exchange.ts';
import { homeOf, homeOfState } from './home.ts';
import { refuseMethod } from './methods-allowed.ts';
import { type Unproven, unprovenBy } from './proven.ts';
import { readTree } from './read-tree.ts';
import { refuseUnread } from './record-unread.ts';
import { plain, type Reply, unauthorizedAt } from './reply.ts';
import { type RequestHeaders, readHeaders } from './request-headers.ts';
import { presentedIn } from './sender.ts';
import { openSessionStream } from './session-stream.ts';
import { openConnection, takeMessage } from './sse-agent.ts';

/** Answers one HTTP request for `/mcp/SERVER` or `/mcp-oauth/SERVER`; every way out sends exactly one answer, or begins one stream. */
export async function receive(plane: DataPlane, { arrivedMs, request, response }: Taken): Promise<void> {
  const exchange = new Exchange(response, request.headers.accept?.includes('text/event-stream') ?? false);
  const reply = await replyTo(plane, { arrivedMs, exchange, request, response }).catch((error: unknown) => {
    // What has begun cannot be answered any more.
    if (response.headersSent) throw error;
    return failed(plane.context, error);
  });
  if (reply === undefined) return;
  const { body, headers, status } = reply;
  const sender = presentedIn(request.headers.authorization);
  const turn = plane.answerTurns.next(sender);
  if (turn !== undefined) await turn;
  plane.answerTurns.write(sender, () =>
    exchange.answer(status, body === undefined ? undefined : JSON.stringify(body), headers),
  );
  plane.unread.add(response, sender);
}

/** A request, and when it came by the monotonic clock. */
export type Taken = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly arrivedMs: number;
};

/** For what could not be read as a request, or not be recorded: agents would take a closed connection for a gateway that is gone. */
function failed(context: ProxyContext, error: unknown): Reply {
  const { isPassing, message } = noteIncident(context, error, {});
  if (!isPassing) return plain(500, 'internal', message);
  return { ...plain(503, 'unavailable', message), headers: { 'retry-after': '1' } };
}

type Ways = { readonly exchange: Exchange; readonly response: ServerResponse };

/** Host and origin, then who, then the form, then the body, then its message (gateway §2); undefined for a stream. */
async function replyTo(
  plane: DataPlane,
  { arrivedMs: startedMs, request, ...ways }: Taken & Ways,
): Promise<Reply | undefined> {
  const { context } = plane;
  const headers = readHeaders(request);
  if ('repeated' in headers)
    return plain(400, 'repeated_header', `the header ${headers.repeated} was sent more than once`);
  const foreign = hostFault(context.hosts, headers);
  if (foreign !== undefined) return turnedAway(plane, 'host', { request, reply: foreign });

  const mayBeNew = () => !context.strangers.areTooMany(networkOf(context, request), startedMs);
  const sender = context.senderOf(request);
  const caller = await identifyCaller(plane, headers, {
    url: request.url ?? '',
    sender,
    startedMs,
    mayBeNew,
  });
  if (caller === undefined || !takesFrom(caller.grant, sender))
    return refuseStranger(plane, { request, nowMs: startedMs, grant: caller?.grant });
  const unproven = unprovenBy(context, caller, { request, response: ways.response });
  if (unproven !== undefined)
    return refuseUnproven(plane, unproven, { request, nowMs: startedMs, grant: caller.grant });
  const elsewhere = homeOf(plane, caller, request);
  if (elsewhere !== undefined) return elsewhere({ request, response: ways.response });
  if (context.refusals.turnsAway(caller.grant.id, startedMs))
    return turnedAway(plane, 'refusals', { request, reply: TURNED_AWAY, grant: caller.grant });
  const operation = OPERATIONS[caller.address.endpoint][request.method ?? ''];
  if (operation === undefined) return refuseMethod(caller);
  const unfit = request.method === 'POST' ? formFault(headers) : undefined;
  if (unfit !== undefined) return refuseUnread(plane, caller, unfit);
  return operation(plane, { exchange: ways.exchange, response: ways.response, caller, request });
}

type Stranger = {
  readonly request: IncomingMessage;
  readonly nowMs: number;
  readonly grant: GrantRecord | undefined;
};

/**
 * One that no grant stands behind, or one that is not used from there. A network that sends too many is told so, and its tokens are not looked for any
 * further; the rate of the grant, on which its own agents depend, is not touched.
 */
function refuseStranger(plane: DataPlane, stranger: Stranger): Reply {
  const { grant, request } = stranger;
  if (grant !== undefined) {
    const reply = usedElsewhere(plane.context.senderOf(request));
    return refuseThief(plane, { ...stranger, grant, reason: 'network', reply });
  }
  const many = countStranger(plane, stranger);
  if (many !== undefined) return turnedAway(plane, 'strangers', { request, reply: many });
  const sent = { address: readAddress(request.url ?? ''), authorization: request.headers.authorization };
  return turnedAway(plane, 'grant', { request, reply: unauthorizedAt(sent, plane.context) });
}

/** A key that is not proven; nobody's guess, as the token is known. Who only has to come again with a nonce is no stranger. */
function refuseUnproven(
  plane: DataPlane,
  { isTheft, reason, reply }: Unproven,
  sent: Stranger & { readonly grant: GrantRecord },
): Reply {
  if (isTheft) return refuseThief(plane, { ...sent, reason, reply });
  plane.context.telemetry.meter.turnedAway(reason);
  return reply;
}

type Thief = Stranger & {
  readonly grant: GrantRecord;
  readonly reason: TurnedAway;
  readonly reply: Reply;
};

/** One with a good token that is not theirs to use: the row names its grant, also where they came as a stranger often enough before. */
function refuseThief(plane: DataPlane, { grant, nowMs, reason, reply, request }: Thief): Reply {
  const network = networkOf(plane.context, request);
  plane.elsewhere.note(presentedIn(request.headers.authorization), network, nowMs);
  const many = countStranger(plane, { nowMs, request });
  return turnedAway(plane, reason, { request, reply: many ?? reply, grant });
}

/** One more from its network; what it is told where those are too many. */
function countStranger(
  { context }: DataPlane,
  { nowMs, request }: Pick<Stranger, 'nowMs' | 'request'>,
): Reply | undefined {
  const { strangers } = context;
  const network = networkOf(context, request);
  const areTooMany = strangers.areTooMany(network, nowMs);
  strangers.note(network, nowMs);
  return areTooMany ? TOO_MANY_STRANGERS : undefined;
}

function networkOf({ senderOf }: ProxyContext, request: IncomingMessage): string {
  return addressKey(senderOf(request));
}

type Arrived = Ways & { readonly caller: Caller; readonly request: IncomingMessage };
type Operation = (plane: DataPlane, arrived: Arrived) => Promise<Reply | undefined>;

/** What can be done at each address, by HTTP method. */
const OPERATIONS = {
  mcp: {
    POST: replyToBody,
    GET: (plane, { caller, response }) => openSessionStream(plane, caller, response),
    DELETE: (plane, { caller }) => deleteSession(plane, caller),
  },
  sse: { GET: (plane, { caller, response }) => openConnection(plane, caller, response) },
  message: { POST: (plane, { caller, request }) => takeMessage(plane, caller, request) },
} satisfies Record<Endpoint, Readonly<Record<string, Operation>>> as Record<
  Endpoint,
  // A method is any text that was sent, and most of them mean nothing here.
  Readonly<Record<string, Operation | undefined>>
>;

async function replyToBody(
  plane: DataPlane,
  { caller, exchange, request, response }: Arrived,
): Promise<Reply | undefined> {
  const share = plane.bodies.shareFor(caller.grant.id);
  try {
    const read = await readTree(plane, request, { caller, share });
    if ('status' in read) return read;
    const elsewhere = homeOfState(plane, request, read.tree);
    if (elsewhere !== undefined) return elsewhere({ request, response, body: read.text });
    const incoming = { caller, exchange, bytesIn: read.bytes, release: share.release };
    return await answerTree(plane, incoming, read.tree);
  } finally {
    share.release();
  }
}

async function deleteSession(plane: DataPlane, caller: Caller): Promise<Reply> {
  const reply = await endSession(plane, caller);
  return reply.status < 400 ? reply : refuseUnread(plane, caller, reply);
}

type Turned = { readonly request: IncomingMessage; readonly reply: Reply; readonly grant?: GrantRecord };

/** Leaves no row in the log of decisions, so that it is counted here. */
function turnedAway({ context }: DataPlane, reason: TurnedAway, { grant, reply, request }: Turned): Reply {
  const address = context.senderOf(request);
  context.telemetry.meter.turnedAway(reason, {
    ...(address === undefined ? {} : { address }),
    ...(grant === undefined
      ? {}
      : { grant: { organization: grant.organization, id: grant.id, name: grant.name } }),
  });
  return reply;
}

function hostFault(rules: HostRules, { host, origin }: RequestHeaders): Reply | undefined {
  if (host === undefined || !rules.allowsHost(host))
    return plain(403, 'foreign_host', 'this host name is not served; set --public-url if it is yours');
  if (origin !== undefined && !rules.allowsOrigin(origin))
    return plain(403, 'foreign_origin', 'pages of this origin may not call the gateway');
  return undefined;
}

const JSON_TYPE = /^application\/json(?:\s*;\s*charset=(?:utf-8|"utf-8"))?$/i;

function formFault(headers: RequestHeaders): Reply | undefined {
  if (headers['content-encoding'] !== undefined)
    return plain(415, 'encoded_body', 'expected a body without Content-Encoding');
  if (JSON_TYPE.test(headers['content-type'] ?? '')) return undefined;
  return plain(415, 'media_type', 'expected Content-Type: application/json');
}

/** Whose token it is reads why; who took it learns that it is one, and cannot use it. */
const usedElsewhere = (address = 'an address that is not known'): Reply =>
  plain(403, 'other_network', `this grant is not used from ${address}, which is in none of its networks`);

/** For who has no grant, from a network that sent too many such requests. */
const TOO_MANY_STRANGERS: Reply = {
  ...plain(429, 'too_many_requests', 'too many requests without a valid grant; wait before the next one'),
  headers: { 'retry-after': String(REFUSAL_RETRY_S) },
};

/** Of a known grant the only use of 429, and the one refusal without a record: recording is what it saves (gateway §5). */
const TURNED_AWAY: Reply = {
  ...plain(429, 'too_many_refusals', 'too many calls of this grant were refused; wait before the next one'),
  headers: { 'retry-after': String(REFUSAL_RETRY_S) },
};
