import { isJsonObject, type JsonObject } from '@boomgate/engine';
import { QUESTIONS_AT_ONCE } from './bounds.ts';
import { type CapabilitySet, mayAsk } from './capabilities.ts';
import type { AgentReply, UpstreamRequest } from './contract.ts';
import type { Patience } from './patience.ts';
import { localReply, readServerRequest, replyText, type ServerRequest } from './server-messages.ts';

export type QuestionsOptions = {
  /** How the agent behind the request is asked; absent: it cannot be. */
  readonly ask: UpstreamRequest['ask'];
  /** What the connection declared to the server. */
  readonly capabilities: CapabilitySet;
  /** Waits for the server, which is silent for good reason while it waits for a person. */
  readonly patience: Patience;
  /** Sends an answer to the server. */
  readonly tell: (text: string) => void;
};

type Open = ServerRequest & { readonly over: AbortController };

/** What a legacy server asks during one request (P §3.4): put to the agent where it declared that, else answered here. */
export class Questions {
  readonly #options: QuestionsOptions;
  readonly #open = new Set<Open>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** False when the message is no request, nor takes back one that is open. */
  take(message: JsonObject): boolean {
    if (message['method'] === 'notifications/cancelled') return this.#takeBack(message);
    const asked = readServerRequest(message);
    if (asked === undefined) return false;
    const { id, question } = asked;
    const { ask, capabilities, tell } = this.#options;
    if (ask === undefined || this.#open.size >= QUESTIONS_AT_ONCE || !mayAsk(capabilities, question))
      tell(replyText(id, localReply(question.method)));
    else void this.#put(ask, { id, question, over: new AbortController() });
    return true;
  }

  /** The request has its answer: what is still open is nobody's question any more. */
  end(): void {
    for (const { over } of this.#open) over.abort();
  }

  #takeBack({ params }: JsonObject): boolean {
    const named = isJsonObject(params) ? params['requestId'] : undefined;
    for (const { id, over } of this.#open) {
      if (id !== named) continue;
      over.abort();
      return true;
    }
    return false;
  }

  async #put(ask: NonNullable<UpstreamRequest['ask']>, open: Open): Promise<void> {
    const { id, over, question } = open;
    this.#open.add(open);
    const release = this.#options.patience.hold();
    let reply: AgentReply;
    try {
      reply = await ask(question, over.signal);
    } catch {
      reply = localReply(question.method);
    }
    this.#open.delete(open);
    release();
    if (!over.signal.aborted) this.#options.tell(replyText(id, reply));
  }
}
