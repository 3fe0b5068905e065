import { isJsonObject, type JsonObject } from '@boomgate/engine';
import { QUESTIONS_AT_ONCE } from './bounds.ts';
import { type CapabilitySet, mayAsk } from './capabilities.ts';
import type { AgentReply, Question, UpstreamRequest } from './contract.ts';
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

/** A question that waits for its reply. */
export class OpenQuestion {
  readonly id: ServerRequest['id'];
  readonly question: Question;
  /** Aborted when nobody waits for its reply any more. */
  readonly over = new AbortController();
  /** Whether it stays open when the request has its answer on which it was put. */
  readonly outlives: boolean;
  #isTakenBack = false;

  constructor({ id, question }: ServerRequest, { outlives = false } = {}) {
    this.id = id;
    this.question = question;
    this.outlives = outlives;
  }

  /** The server does not want the reply any more. */
  get isTakenBack(): boolean {
    return this.#isTakenBack;
  }

  takeBack(): void {
    this.#isTakenBack = true;
    this.over.abort();
  }
}

/** What a legacy server asks during one request (P §3.4): put to the agent where it declared that, else answered here. */
export class Questions {
  readonly #options: QuestionsOptions;
  readonly #open = new Set<OpenQuestion>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** False when the message is no request, nor takes back one that is open. */
  take(message: JsonObject): boolean {
    if (message['method'] === 'notifications/cancelled') return this.#takeBack(message);
    const asked = readServerRequest(message);
    if (asked === undefined) return false;
    if (this.canPut(asked.question)) void this.#settle(new OpenQuestion(asked));
    else this.reply(asked.id, localReply(asked.question.method));
    return true;
  }

  /** Whether the agent can be asked this now. */
  canPut(question: Question): boolean {
    const { ask, capabilities } = this.#options;
    return ask !== undefined && this.#open.size < QUESTIONS_AT_ONCE && mayAsk(capabilities, question);
  }

  /** Asks the agent, as `canPut` allowed it. Never rejects. */
  async put(open: OpenQuestion): Promise<AgentReply> {
    const { question, over } = open;
    const { ask } = this.#options;
    this.#open.add(open);
    const release = this.hold();
    try {
      return (await ask?.(question, over.signal)) ?? localReply(question.method);
    } catch {
      return localReply(question.method);
    } finally {
      this.#open.delete(open);
      release();
    }
  }

  /** The server is silent for good reason until the returned function is called. */
  hold(): () => void {
    return this.#options.patience.hold();
  }

  reply(id: ServerRequest['id'], reply: AgentReply): void {
    this.#options.tell(replyText(id, reply));
  }

  /** The request has its answer: what it alone can have caused is nobody's question any more. */
  end(): void {
    for (const { outlives, over } of this.#open) if (!outlives) over.abort();
  }

  #takeBack({ params }: JsonObject): boolean {
    const named = isJsonObject(params) ? params['requestId'] : undefined;
    for (const open of this.#open) {
      if (open.id !== named) continue;
      open.takeBack();
      return true;
    }
    return false;
  }

  async #settle(open: OpenQuestion): Promise<void> {
    const reply = await this.put(open);
    if (!open.over.signal.aborted) this.reply(open.id, reply);
  }
}
