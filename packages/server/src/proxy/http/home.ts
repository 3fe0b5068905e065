import type { IncomingMessage } from 'node:http';
import { isJsonObject, type Json, ownProperty } from '@boomgate/engine';
import type { HandOn } from '../context.ts';
import type { Caller, DataPlane } from './caller.ts';

/**
 * Where a request is answered, when that is another process of the gateway: programs have one home; a server with sessions has one for
 * each grant, so that an agent finds there what it left; and so has a session of an agent, with everything that is kept of it in memory.
 * Undefined: here.
 */
export function homeOf(
  { context: { homes } }: DataPlane,
  { address, grant, server, session, stack }: Caller,
  request: IncomingMessage,
): HandOn | undefined {
  if (homes === undefined || homes.isHandedOn(request)) return undefined;
  const servers = stack?.map((member) => member.server) ?? [server];
  if (servers.some(({ target }) => target.kind === 'stdio')) return homes.ofPrograms;
  if (!servers.every((one) => homes.isStateless(one))) return homes.ofGrant(grant.id);
  const id = address.endpoint === 'message' ? address.connection : openedId(session);
  return id === undefined ? undefined : homes.of(id);
}

function openedId(session: Caller['session']): string | undefined {
  return typeof session === 'object' ? session.id : undefined;
}

/** A call goes on where it began: there it is known what was counted and used, and what its server waits for. */
export function homeOfState(
  { context: { homes } }: DataPlane,
  request: IncomingMessage,
  tree: Json,
): HandOn | undefined {
  if (homes === undefined || homes.isHandedOn(request) || !isJsonObject(tree)) return undefined;
  const params = ownProperty(tree, 'params');
  const state = isJsonObject(params) ? ownProperty(params, 'requestState') : undefined;
  return typeof state === 'string' ? homes.of(state) : undefined;
}
