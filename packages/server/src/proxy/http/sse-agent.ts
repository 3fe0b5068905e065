import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonObject, type Json, type JsonObject } from '@boomgate/engine';
import { CODES } from '../../upstreams/index.ts';
import { refuse } from '../message/message.ts';
import { answerTree } from './answer-tree.ts';
import type { Caller, DataPlane } from './caller.ts';
import { Connection } from './connections.ts';
import { NO_STREAM_REPLIES, takePlace } from './opening.ts';
import { readTree } from './read-tree.ts';
import { refuseUnread } from './record-unread.ts';
import { ACCEPTED, type Reply, refusalReply } from './reply.ts';
import { presentedIn } from './sender.ts';
import { NOT_ACCEPTABLE } from './session-stream.ts';

/** Ranges of media types that hold a stream. Deployed agents of 2024-11-05 take anything, or say nothing. */
const TAKES_STREAM = /text\/event-stream|text\/\*|\*\/\*/;

/** `GET /mcp/SERVER/sse`: the one stream of an agent of 2024-11-05. Undefined when it has begun. */
export async function openConnection(
  plane: DataPlane,
  caller: Caller,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const { accept = '*/*' } = caller.headers;
  if (!TAKES_STREAM.test(accept)) return refuseUnread(plane, caller, NOT_ACCEPTABLE);
  const { address, headers, opened, pass } = caller;
  const { connections, context, sessions, states, unread } = plane;
  const { homes } = context;
  const isOwn = homes && ((id: string) => homes.of(id) === undefined);
  const connection = new Connection({
    opened,
    place: pass.place,
    sessions,
    states,
    isOwn,
    onAnswered: () => unread.add(response, presentedIn(headers.authorization)),
  });
  const place = await takePlace(plane, caller, {
    method: 'GET sse',
    response,
    follow: (now) => connection.follow(now),
    end: (why) => connection.end(why),
    outdated: () => connection.outdated(),
  });
  if ('status' in place) return place;
  connections.add(connection);
  const closed = connection.begin(response, { basePath: context.basePath, address });
  closed.addEventListener('abort', () => {
    place.leave();
    connections.remove(connection);
    connection.close();
  });
  return undefined;
}

/** `POST /mcp/SERVER/message`: taken with 202; whatever it comes to travels on the stream. */
export async function takeMessage(
  plane: DataPlane,
  caller: Caller,
  request: IncomingMessage,
): Promise<Reply> {
  const { address, grant, pass } = caller;
  const connection = plane.connections.find(address.connection, { grantId: grant.id, place: pass.place });
  if (connection === undefined) return refuseUnread(plane, caller, UNKNOWN);
  if (connection.isEnding) return refuseUnread(plane, caller, NO_STREAM_REPLIES.stopping);
  const share = plane.bodies.shareFor(grant.id);
  const { session } = connection;
  const read = await readTree(plane, request, { caller: { ...caller, session }, share }).catch(
    (error: unknown) => {
      share.release();
      throw error;
    },
  );
  if ('status' in read) {
    share.release();
    return refuseOnStream(connection, read);
  }
  void answerOnStream(plane, connection, { ...read, caller })
    .catch((error: unknown) => {
      plane.context.log.error({ error: String(error) }, 'message dropped after an error');
      connection.end('closed');
    })
    .finally(share.release);
  return ACCEPTED;
}

/** What has an id is answered where its agent waits: clients take another status than 202 for the end of their stream, or wait on. */
async function refuseOnStream(connection: Connection, reply: Reply): Promise<Reply> {
  const { body } = reply;
  if (!isJsonObject(body) || (body['id'] ?? null) === null) return reply;
  await connection.answer(() => Promise.resolve([body]));
  return ACCEPTED;
}

const UNKNOWN = refusalReply(refuse(CODES.sessionNotFoundLegacy, 'session not found', { status: 404 }));

type Taken = { readonly tree: Json; readonly bytes: number; readonly caller: Caller };

function answerOnStream(
  plane: DataPlane,
  connection: Connection,
  { bytes, caller, tree }: Taken,
): Promise<void> {
  return connection.answer(async (exchange) => {
    const incoming = {
      caller: { ...caller, session: connection.session },
      exchange,
      bytesIn: bytes,
      onSession: connection.take.bind(connection),
    };
    const { body } = await answerTree(plane, incoming, tree);
    if (body === undefined) return [];
    // Answers to a batch leave one by one, which every client of this transport reads. An array is known from its members.
    return Array.isArray(body) ? (body as readonly JsonObject[]) : [body as JsonObject];
  });
}
