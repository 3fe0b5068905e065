import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey } from '../../identity/index.ts';
import { OVERLOAD_RETRY_S } from '../../limits/index.ts';
import type { DataPlane } from './caller.ts';
import { receive } from './receive.ts';
import { plain } from './reply.ts';
import { presentedIn } from './sender.ts';

/** Takes an HTTP request in: it is received when it is its turn, or refused unread where there is more than can be done. */
export function takeIn(plane: DataPlane, request: IncomingMessage, response: ServerResponse): void {
  const { context, elsewhere, intake, ownTurns } = plane;
  const arrivedMs = context.clock.monotonicMs();
  const begin = (): void => {
    // Who waited may be gone.
    if (response.destroyed) return;
    receive(plane, { request, response, arrivedMs }).catch((error: unknown) => {
      context.log.error({ error: String(error) }, 'request dropped after an error');
      response.destroy();
    });
  };
  const { socket } = request;
  const networkOf = () => addressKey(context.senderOf(request));
  const token = presentedIn(request.headers.authorization);
  const sender = elsewhere.lineOf(token, { networkOf, nowMs: arrivedMs });
  const isHandedOn = context.homes?.isHandedOn(request) === true;
  if (intake.isLong && !isHandedOn) response.once('close', () => lineUp(plane, { sender, socket }));
  // One that is handed on had its turn in the process that it came to.
  if (isHandedOn || ownTurns.delete(socket)) begin();
  else if (intake.isOverloadedFor(sender)) refuse(plane, request, response);
  else intake.enter(sender, begin, arrivedMs);
}

/** A connection, and who sent what was answered on it. */
type Answered = { readonly sender: string; readonly socket: Socket };

/**
 * What an agent sends next waits where it costs nothing, in the system's buffer of its connection, which is read when it is its turn. Where
 * waiting takes too long it is read, to be refused at once.
 */
function lineUp({ intake, ownTurns }: DataPlane, { sender, socket }: Answered): void {
  if (socket.destroyed || socket.isPaused() || !intake.isLong || intake.isOverloadedFor(sender)) return;
  socket.pause();
  intake.enter(sender, () => {
    ownTurns.add(socket);
    socket.resume();
  });
}

const BODY = JSON.stringify(
  plain(503, 'busy', 'too many requests are under way; try again when some have ended').body,
);
const HEADERS = {
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(BODY),
  'retry-after': String(OVERLOAD_RETRY_S),
};

/**
 * Even such an answer costs a part of what a call does, so that whoever does not wait as it says is made to: its connection is not
 * read until then, unless it is that of a proxy, on which others come too.
 */
function refuse({ context }: DataPlane, request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  context.telemetry.meter.turnedAway('busy');
  response.writeHead(503, HEADERS).end(BODY);
  if (context.isBehindProxy) return;
  request.once('close', () => {
    socket.pause();
    setTimeout(() => socket.resume(), OVERLOAD_RETRY_S * 1_000).unref();
  });
}
