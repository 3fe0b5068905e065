import type { ServerResponse } from 'node:http';
import type { Opened } from '../opened.ts';
import { NO_STREAM, type StreamEnd } from '../streams/index.ts';
import type { Caller, DataPlane } from './caller.ts';
import { recordUnsaid } from './record-unread.ts';
import { plain, type Reply, unauthorizedAt } from './reply.ts';

/** A stream that begins with a `GET`, which is no message: the log names it by this. */
type Opening = {
  readonly method: 'GET' | 'GET sse';
  readonly response: ServerResponse;
  readonly follow: (opened: Opened) => void;
  readonly end: (why: StreamEnd) => void;
  readonly outdated: () => void;
};

/** A place among the streams of its grant, which opens this much by now. */
type Place = { readonly opened: Opened; readonly leave: () => void };

/** Takes a place and records that the stream opens before anything is said on it; or how it is refused, recorded too. */
export async function takePlace(
  plane: DataPlane,
  caller: Caller,
  { end, follow, method, outdated, response }: Opening,
): Promise<Place | Reply> {
  const now: { opened: Opened; ended?: StreamEnd } = { opened: caller.opened };
  const leave = plane.streams.enter({
    grantId: caller.grant.id,
    pass: caller.pass,
    follow: (opened) => {
      now.opened = opened;
      follow(opened);
    },
    end: (why) => {
      now.ended = why;
      end(why);
    },
    outdated,
  });
  if (typeof leave === 'string') {
    await recordUnsaid(plane, caller, { method, rule: '(open streams)', ...NO_STREAM[leave] });
    return NO_STREAM_REPLIES[leave];
  }
  await recordUnsaid(plane, caller, { method, outcome: 'served' }).catch((error: unknown) => {
    leave();
    throw error;
  });
  // Meanwhile the agent may have gone, or the grant.
  if (now.ended === undefined && !response.destroyed) return { opened: now.opened, leave };
  leave();
  if (now.ended !== 'closed') return NO_STREAM_REPLIES.stopping;
  const { address, headers } = caller;
  return unauthorizedAt({ address, authorization: headers.authorization }, plane.context);
}

/** The same as answers; 429 has another meaning (gateway §5). */
export const NO_STREAM_REPLIES = {
  full: { ...plain(503, 'too_many_streams', NO_STREAM.full.message), headers: { 'retry-after': '1' } },
  stopping: plain(503, 'stopping', NO_STREAM.stopping.message),
} satisfies Record<keyof typeof NO_STREAM, Reply>;
