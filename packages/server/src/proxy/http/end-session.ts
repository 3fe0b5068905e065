import { SESSION_LIFETIME_MS } from '../../limits/index.ts';
import { CODES } from '../../upstreams/index.ts';
import { refuse } from '../message/message.ts';
import type { Caller, DataPlane } from './caller.ts';
import { recordUnsaid } from './record-unread.ts';
import { type Reply, refusalReply } from './reply.ts';

/** `DELETE` of a legacy agent: its session answers 404 from now on, after a restart too, and nothing of it is kept. */
export async function endSession(plane: DataPlane, caller: Caller): Promise<Reply> {
  const { context, sessions, states } = plane;
  const { session } = caller;
  if (session === undefined)
    return refusalReply(refuse(CODES.serverLegacy, 'bad request: expected the header Mcp-Session-Id'));
  if (session === 'unknown')
    return refusalReply(refuse(CODES.sessionNotFoundLegacy, 'session not found', { status: 404 }));
  await recordUnsaid(plane, caller, { method: 'DELETE', outcome: 'served' });
  await context.store.sessions.end(session.key, session.issuedAtMs + SESSION_LIFETIME_MS);
  sessions.forget(session);
  states.forget(session);
  return { status: 204 };
}
