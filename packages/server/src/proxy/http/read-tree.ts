import type { IncomingMessage } from 'node:http';
import { type Json, readJson } from '@boomgate/engine';
import { INGRESS_BOUNDS, MAX_BODY_BYTES } from '../../limits/index.ts';
import { CODES } from '../../upstreams/index.ts';
import { refuse } from '../message/message.ts';
import { idInText } from '../message/rpc-id.ts';
import { type Body, readBody } from './body.ts';
import type { Share } from './body-budget.ts';
import type { Caller, DataPlane } from './caller.ts';
import { recordMalformed, refuseUnread } from './record-unread.ts';
import { plain, type Reply, refusalReply } from './reply.ts';

/** The body of a request as the one tree that everything after it works on; or how it is refused, recorded already. */
export async function readTree(
  plane: DataPlane,
  request: IncomingMessage,
  { caller, share }: { readonly caller: Caller; readonly share: Share },
): Promise<{ readonly tree: Json; readonly bytes: number; readonly text: string } | Reply> {
  const body = await readBody(request, share);
  if (!body.ok) return refuseUnread(plane, caller, BODY_FAULTS[body.fault]);
  const read = readJson(body.text, { ...INGRESS_BOUNDS, bigNumbers: bigNumbersFor(caller) });
  if (read.ok) return { tree: read.value, bytes: body.bytes, text: body.text };
  await recordMalformed(plane, { caller, bytesIn: body.bytes }, read.fault.message);
  const { code, message } = read.fault;
  if (code === 'syntax') return refusalReply(refuse(CODES.parse, message));
  return refusalReply(refuse(CODES.invalidRequest, message, { id: idInText(body.text) }));
}

/** A request to a stack may be for any of its servers, so that the strictest of them decides. */
function bigNumbersFor({ server, stack }: Caller): 'refuse' | 'pass' {
  const servers = stack?.map((member) => member.server) ?? [server];
  return servers.every(({ bigNumbers }) => bigNumbers === 'pass') ? 'pass' : 'refuse';
}

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
