import { randomUUID } from 'node:crypto';
import { MAX_QUESTIONS_PER_SESSION, QUESTION_MS } from '../limits/index.ts';
import { type AgentReply, CODES } from '../upstreams/index.ts';
import type { RpcId } from './message/message.ts';

/** How one question reaches its agent. */
export type Delivery = {
  /** Puts it with this id on a stream of the agent; false when the agent cannot be reached any more. */
  readonly put: (id: string) => boolean;
  /** Tells the agent that nobody waits for the reply any more. */
  readonly takeBack: (id: string) => void;
};

type Open = { readonly settle: (reply: AgentReply) => void };

const GONE: AgentReply = { ...unanswered('the client is no longer connected'), isUnheard: true };
const LATE = unanswered('the client did not answer in time');
const CANCELLED = unanswered('the request was cancelled');
const TOO_MANY = unanswered('the client has too many questions open');

/** Questions that legacy agents were asked and have not answered; each belongs to one session (P §3.4). */
export class Questions {
  readonly #open = new Map<string, Map<string, Open>>();

  /** Asks and waits; never rejects. The reply counts only from the same session, once, and in time. */
  put(sessionKey: string, delivery: Delivery, signal: AbortSignal): Promise<AgentReply> {
    if (signal.aborted) return Promise.resolve(CANCELLED);
    const ofSession = this.#open.get(sessionKey) ?? new Map<string, Open>();
    if (ofSession.size >= MAX_QUESTIONS_PER_SESSION) return Promise.resolve(TOO_MANY);
    this.#open.set(sessionKey, ofSession);
    const id = `boomgate-${randomUUID()}`;
    return new Promise((resolve) => {
      const giveUp = (reply: AgentReply): void => {
        settle(reply);
        delivery.takeBack(id);
      };
      const timer = setTimeout(() => giveUp(LATE), QUESTION_MS).unref();
      const cancel = (): void => giveUp(CANCELLED);
      const settle = (reply: AgentReply): void => {
        if (!ofSession.delete(id)) return;
        if (ofSession.size === 0) this.#open.delete(sessionKey);
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        resolve(reply);
      };
      ofSession.set(id, { settle });
      signal.addEventListener('abort', cancel, { once: true });
      if (!delivery.put(id)) settle(GONE);
    });
  }

  /** Nothing happens for a question that is not open in this very session. */
  answer(sessionKey: string, id: RpcId, reply: AgentReply): void {
    if (typeof id === 'string') this.#open.get(sessionKey)?.get(id)?.settle(reply);
  }
}

function unanswered(message: string): Extract<AgentReply, { kind: 'error' }> {
  return { kind: 'error', error: { code: CODES.internal, message } };
}
