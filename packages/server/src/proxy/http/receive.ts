import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJson } from '@boomgate/engine';
import { INGRESS_BOUNDS, MAX_BODY_BYTES, REFUSAL_RETRY_S } from '../../limits/index.ts';
import type { HostRules } from '../context.ts';
import { refuse } from '../message/message.ts';
import { CODES } from '../message/protocol.ts';
import { answerTree, recordMalformed } from './answer-tree.ts';
import { type Body, readBody } from './body.ts';
import type { Share } from './body-budget.ts';
import { type Caller, type DataPlane, identifyCaller } from './caller.ts';
import { endSession } from './end-session.ts';
import { Exchange } from './exchange.ts';
import { plain, type Reply, refusalReply, UNAUTHORIZED } from './reply.ts';
import { type RequestHeaders, readHeaders } from './request-headers.ts';

/** Answers one HTTP request for `/mcp/SERVER`; every way out sends exactly one answer. */
export async function receive(
  plane: DataPlane,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(response, request.headers.accept?.includes('text/event-stream') ?? false);
  const { body, headers, status } = await replyTo(plane, request, exchange);
  exchange.answer(status, body === undefined ? undefined : JSON.stringify(body), headers);
}

/** Host and origin, then who, then the form, then the body, then its message (gateway §2). */
async function replyTo(plane: DataPlane, request: IncomingMessage, exchange: Exchange): Promise<Reply> {
  const startedMs = plane.context.clock.monotonicMs();
  const headers = readHeaders(request);
  if ('repeated' in headers)
    return plain(400, 'repeated_header', `the header ${headers.repeated} came more than once`);
  const foreign = hostFault(plane.context.hosts, headers);
  if (foreign !== undefined) return foreign;

  const caller = identifyCaller(plane, headers, { url: request.url ?? '', startedMs });
  if (caller === undefined) return UNAUTHORIZED;
  if (plane.context.refusals.turnsAway(caller.grant.id, startedMs)) return TURNED_AWAY;
  if (request.method === 'DELETE') return deleteSession(plane, caller);
  if (request.method !== 'POST') return NOT_POSTED;
  const unfit = formFault(headers);
  if (unfit !== undefined) return refuseUnread(plane, caller, unfit);

  const share = plane.bodies.shareFor(caller.grant.id);
  try {
    return await replyToBody(plane, request, { caller, exchange, share });
  } finally {
    share.release();
  }
}

async function replyToBody(
  plane: DataPlane,
  request: IncomingMessage,
  { caller, exchange, share }: { caller: Caller; exchange: Exchange; share: Share },
): Promise<Reply> {
  const body = await readBody(request, share);
  if (!body.ok) return refuseUnread(plane, caller, BODY_FAULTS[body.fault]);
  const incoming = { caller, exchange, bytesIn: body.bytes };
  const read = readJson(body.text, { ...INGRESS_BOUNDS, bigNumbers: caller.server.bigNumbers });
  if (read.ok) return answerTree(plane, incoming, read.value);
  await recordMalformed(plane, incoming, read.fault.message);
  return refusalReply(
    refuse(read.fault.code === 'syntax' ? CODES.parse : CODES.invalidRequest, read.fault.message),
  );
}

async function deleteSession(plane: DataPlane, caller: Caller): Promise<Reply> {
  const reply = await endSession(plane.context, caller);
  return reply.status < 400 ? reply : refuseUnread(plane, caller, reply);
}

/** A known agent's request whose body is not looked into leaves a row too. */
async function refuseUnread(plane: DataPlane, caller: Caller, reply: Reply): Promise<Reply> {
  await recordMalformed(plane, { caller, bytesIn: 0 }, `not read, answered with HTTP ${reply.status}`);
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

const NOT_POSTED: Reply = {
  ...plain(405, 'method_not_allowed', 'expected POST'),
  headers: { allow: 'POST, DELETE' },
};

function formFault(headers: RequestHeaders): Reply | undefined {
  if (headers['content-encoding'] !== undefined)
    return plain(415, 'encoded_body', 'expected a body without Content-Encoding');
  if (JSON_TYPE.test(headers['content-type'] ?? '')) return undefined;
  return plain(415, 'media_type', 'expected Content-Type: application/json');
}

/** The only use of 429, and the one refusal without a record: recording is what it saves (gateway §5). */
const TURNED_AWAY: Reply = {
  ...plain(429, 'too_many_refusals', 'too many calls of this grant were refused; wait before the next one'),
  headers: { 'retry-after': String(REFUSAL_RETRY_S) },
};

const BODY_FAULTS = {
  too_large: {
    ...plain(413, 'too_large', `expected a body of at most ${MAX_BODY_BYTES} bytes`),
    headers: { connection: 'close' },
  },
  no_room: {
    ...plain(503, 'busy', 'too many bytes of requests are under way; try again when some have ended'),
    headers: { connection: 'close', 'retry-after': '1' },
  },
  not_utf8: refusalReply(refuse(CODES.parse, 'expected UTF-8, found bytes that are none')),
  aborted: plain(400, 'aborted', 'the body ended early'),
} satisfies Record<(Body & { ok: false })['fault'], Reply>;
