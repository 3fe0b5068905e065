import type { ServerResponse } from 'node:http';
import { CODES, isLegacyVersion, LEGACY_VERSIONS, MODERN_VERSION } from '../../upstreams/index.ts';
import { refuse } from '../message/message.ts';
import type { Caller, DataPlane } from './caller.ts';
import { EventStream } from './event-stream.ts';
import { refuseMethod } from './methods-allowed.ts';
import { takePlace } from './opening.ts';
import { refuseUnread } from './record-unread.ts';
import { plain, type Reply, refusalReply } from './reply.ts';

/** `GET` of a legacy agent: the stream on which its session is told of changes. Undefined when it has begun. */
export async function openSessionStream(
  plane: DataPlane,
  caller: Caller,
  response: ServerResponse,
): Promise<Reply | undefined> {
  if (caller.headers['mcp-protocol-version'] === MODERN_VERSION) return refuseMethod(caller);
  const fault = sessionFault(caller) ?? streamFault(caller);
  if (fault !== undefined) return refuseUnread(plane, caller, fault);
  return beginStream(plane, caller, response);
}

function sessionFault({ headers, session }: Caller): Reply | undefined {
  const version = headers['mcp-protocol-version'];
  if (version !== undefined && !isLegacyVersion(version)) {
    const data = { supported: [MODERN_VERSION, ...LEGACY_VERSIONS], requested: version };
    const text = 'MCP-Protocol-Version names a version that is not served';
    return refusalReply(refuse(CODES.unsupportedVersion, text, { data }));
  }
  if (session === undefined)
    return refusalReply(refuse(CODES.serverLegacy, 'bad request: expected the header Mcp-Session-Id'));
  if (session === 'unknown')
    return refusalReply(refuse(CODES.sessionNotFoundLegacy, 'session not found', { status: 404 }));
  return undefined;
}

export const NOT_ACCEPTABLE = plain(406, 'not_acceptable', 'expected Accept: text/event-stream');

function streamFault({ headers }: Caller): Reply | undefined {
  return headers.accept?.includes('text/event-stream') === true ? undefined : NOT_ACCEPTABLE;
}

async function beginStream(
  plane: DataPlane,
  caller: Caller,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const { session } = caller;
  if (typeof session !== 'object') throw new Error('a stream needs a session');
  let stream: EventStream | undefined;
  // An agent that lost its network comes again before the gateway notices: the newer stream is the one that is read.
  plane.sessions.closeStream(session);
  const place = await takePlace(plane, caller, {
    method: 'GET',
    response,
    follow: (now) => plane.sessions.follow(session, now),
    end: () => stream?.end(),
    outdated: () => plane.sessions.outdated(session),
  });
  if ('status' in place) return place;
  const { leave, opened } = place;
  const own = new EventStream(response);
  stream = own;
  const end = (): void => {
    leave();
    own.end();
  };
  const outlet = { send: own.notify.bind(own), end };
  const close = plane.sessions.open(session, { outlet, opened });
  own.closed.addEventListener('abort', () => {
    leave();
    close();
  });
  return undefined;
}
