import { type JsonObject, ownProperty } from '@boomgate/engine';
import type { RequestMessage } from '../message/message.ts';
import type { AgentRequest } from '../request.ts';

export const BAD_CURSOR = 'invalid cursor: expected one that a page of this list gave';

/**
 * The name with which the page before ended; empty at the beginning. Undefined when the cursor is none of ours, or one of
 * another grant, server or list (P §1.7).
 */
export function readCursor(request: AgentRequest<RequestMessage>): string | undefined {
  const cursor = ownProperty(request.message.params, 'cursor');
  if (cursor === undefined) return '';
  const text = typeof cursor === 'string' ? request.context.cursors.open(cursor) : undefined;
  const whose = ownerOf(request);
  return text?.startsWith(whose) === true ? text.slice(whose.length) : undefined;
}

/** The part of a result that leads to the next page; none after the last. */
export function nextCursor(request: AgentRequest<RequestMessage>, last: string | undefined): JsonObject {
  return last === undefined ? {} : { nextCursor: request.context.cursors.close(ownerOf(request) + last) };
}

/** One JSON text, so that where it ends is where the name begins. */
function ownerOf({ grant, message, server, stack }: AgentRequest<RequestMessage>): string {
  return JSON.stringify([grant.id, stack === undefined ? server.id : '', message.method]);
}
