import type { JsonObject } from '@boomgate/engine';
import { QUESTIONS_AT_ONCE } from './bounds.ts';
import { type CapabilitySet, mayAsk } from './capabilities.ts';
import type { AgentReply, Question, UpstreamRequest } from './contract.ts';
import type { Patience } from './patience.ts';
import { localReply, readServerRequest, replyText } from './server-messages.ts';

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

/** What a legacy server asks during one request (P §3.4): put to the agent where it declared that, else answered here. */
export class Questions {
  readonly #options: QuestionsOptions;
  #open = 0;
  #isOver = false;

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** False when the message is no request. */
  take(message: JsonObject): boolean {
    const asked = readServerRequest(message);
    if (asked === undefined) return false;
    const { id, question } = asked;
    const { ask, capabilities, tell } = this.#options;
    if (ask === undefined || this.#open >= QUESTIONS_AT_ONCE || !mayAsk(capabilities, question))
      tell(replyText(id, localReply(question.method)));
    else void this.#put(ask, { id, question });
    return true;
  }

  /** The request has its answer: what is still open is nobody's question any more. */
  end(): void {
    this.#isOver = true;
  }

  async #put(
    ask: NonNullable<UpstreamRequest['ask']>,
    { id, question }: { readonly id: string | number; readonly question: Question },
  ): Promise<void> {
    this.#open += 1;
    const release = this.#options.patience.hold();
    let reply: AgentReply;
    try {
      reply = await ask(question);
    } catch {
      reply = localReply(question.method);
    }
    this.#open -= 1;
    release();
    if (!this.#isOver) this.#options.tell(replyText(id, reply));
  }
}
