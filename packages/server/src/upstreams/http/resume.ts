import {
  LONGEST_CALL_MS,
  RESUME_ATTEMPTS,
  RESUME_LONGEST_WAIT_MS,
  RESUME_SHORTEST_WAIT_MS,
  RESUME_WAIT_MS,
} from '../bounds.ts';
import { untilAborted } from '../channel.ts';
import { delay } from '../clock.ts';
import type { Egress } from '../egress.ts';
import { CANCELLED, type Failing } from '../failures.ts';
import { type ExchangeOptions, exchange, type Reply } from './exchange.ts';
import { streamHeaders } from './request-headers.ts';
import { type SessionName, sessionHeaders } from './within-session.ts';

/** What a server said on a stream of how to read on when it breaks (P §3.5). */
export class Resumption {
  #lastEventId: string | undefined;
  #waitMs = RESUME_WAIT_MS;
  #attempts = 0;

  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }

  get waitMs(): number {
    return this.#waitMs;
  }

  /** An event with an id: there is something to read on from, and the attempts were not in vain. */
  saw(eventId: string): void {
    this.#lastEventId = eventId;
    this.#attempts = 0;
  }

  /** A server that ends every stream at once and wants no wait would be asked as fast as the machine can. */
  asked(waitMs: number): void {
    this.#waitMs = Math.min(Math.max(waitMs, RESUME_SHORTEST_WAIT_MS), RESUME_LONGEST_WAIT_MS);
  }

  /** Whether the answer may still be had on another stream; the request is never sent again. */
  isDue(reply: Reply): reply is Failing {
    return (
      reply.kind === 'failing' &&
      (reply.code === 'broken' || reply.code === 'unreachable') &&
      this.#lastEventId !== undefined &&
      this.#attempts < RESUME_ATTEMPTS
    );
  }

  attempt(): void {
    this.#attempts += 1;
  }
}

type ReadOnOptions = {
  readonly egress: Egress;
  readonly session: SessionName;
  readonly resumption: Resumption;
  readonly listening: ExchangeOptions;
};

/** Reads on where the stream broke, until the answer, or until the server does not give the rest. */
export async function readOn(
  broken: Failing,
  { egress, session, resumption, listening }: ReadOnOptions,
): Promise<Reply> {
  const { clock, signal } = listening;
  const deadlineMs = clock.now() + LONGEST_CALL_MS;
  let reply: Reply = broken;
  while (resumption.isDue(reply) && clock.now() < deadlineMs) {
    resumption.attempt();
    const waited = delay(clock, resumption.waitMs).then(() => undefined);
    const gone = signal && (await untilAborted(waited, signal, CANCELLED.sent));
    if (gone !== undefined) return gone;
    if (signal === undefined) await waited;
    const headers = sessionHeaders(streamHeaders(egress), session);
    headers.push('last-event-id', resumption.lastEventId ?? '');
    reply = await exchange(egress, { method: 'GET', headers, body: null }, listening);
  }
  return reply.kind === 'failing' ? { ...reply, acted: 'maybe' } : answerOr(reply, broken);
}

/** A refusal to resume says nothing of the request itself, which may have been done. */
function answerOr(reply: Exclude<Reply, Failing>, broken: Failing): Reply {
  if (reply.kind === 'message' && reply.status < 300) return reply;
  return { ...broken, detail: `${broken.detail}; reading on was answered with HTTP ${reply.status}` };
}
