import type { IncomingMessage } from 'node:http';
import { type Json, type ReadFault, readJson } from '@boomgate/engine';
import type { Share } from '../../budget.ts';
import { INGRESS_BOUNDS, MAX_BODY_BYTES } from '../../limits/index.ts';
import { CODES } from '../../upstreams/index.ts';
import { toolError } from '../call/answers.ts';
import { refuse } from '../message/message.ts';
import { type Body, readBody } from './body.ts';
import type { Caller, DataPlane } from './caller.ts';
import { recordMalformed, refuseUnread } from './record-unread.ts';
import { requestOfRefused } from './refused-request.ts';
import { answerReply, plain, type Reply, refusalReply } from './reply.ts';

/** The body of a request as the one tree that everything after it works on; or how it is refused, recorded already. */
export async function readTree(
  plane: DataPlane,
  request: IncomingMessage,
  { caller, share }: { readonly caller: Caller; readonly share: Share },
): Promise<{ readonly tree: Json; readonly bytes: number; readonly text: string } | Reply> {
  const body = await readBody(request, share);
  if (!body.ok) return refuseUnread(plane, caller, BODY_FAULTS[body.fault]);
  const { text } = body;
  const sender = { grantId: caller.grant.id, isGone: () => request.socket.destroyed };
  const read = await plane.bodyTurns.read(sender, text.length, () =>
    readJson(text, { ...INGRESS_BOUNDS, bigNumbers: bigNumbersFor(caller) }),
  );
  if (read === undefined) return refuseUnread(plane, caller, BODY_FAULTS.aborted);
  if (read.ok) return { tree: read.value, bytes: body.bytes, text };
  await recordMalformed(plane, { caller, bytesIn: body.bytes }, read.fault.message);
  return refusedReply(caller, text, read.fault);
}

/**
 * Within a session it is an answer like any other: clients of before 2026 take another status for the end of it (decisions/0049).
 * A call gets it as a result, which the model reads and mends (decisions/0056), unless two parsers may read two methods.
 */
function refusedReply({ session }: Caller, text: string, { code, message }: ReadFault): Reply {
  if (code === 'syntax') return refusalReply(refuse(CODES.parse, message));
  const request = requestOfRefused(text);
  if (request === undefined || typeof session !== 'object')
    return refusalReply(refuse(CODES.invalidRequest, message, { id: request?.id ?? null }));
  const { id, isCall } = request;
  if (isCall && code !== 'duplicate_key') return answerReply(id, toolError(`[REQUEST REFUSED] ${message}`));
  return refusalReply(refuse(CODES.invalidRequest, message, { id, status: 200 }));
}

/** A request to a stack may be for any of its servers, so that the strictest of them decides. */
function bigNumbersFor({ server, stack }: Caller): 'refuse' | 'pass' {
  const servers = stack?.map((member) => member.server) ?? [server];
  return servers.every(({ bigNumbers }) => bigNumbers === 'pass') ? 'pass' : 'refuse';
}

const TOO_LARGE = plain(413, 'too_large', `expected a body of at most ${MAX_BODY_BYTES} bytes`);

const BODY_FAULTS = {
  too_large: TOO_LARGE,
  endless: { ...TOO_LARGE, headers: { connection: 'close' } },
  no_room: {
    ...plain(503, 'busy', 'too many request bytes are under way; try again when some have ended'),
    headers: { connection: 'close', 'retry-after': '1' },
  },
  not_utf8: refusalReply(refuse(CODES.parse, 'expected UTF-8, found other bytes')),
  aborted: plain(400, 'aborted', 'the body ended early'),
} satisfies Record<(Body & { ok: false })['fault'], Reply>;
