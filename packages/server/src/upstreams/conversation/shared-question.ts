import type { AgentReply, UpstreamRequest } from '../contract.ts';
import { OpenQuestion, type Questions } from '../questions.ts';
import { localReply, type ServerRequest } from '../server-messages.ts';

/** A call on which its agent can be asked. */
export type Carrier = { readonly request: UpstreamRequest; readonly questions: Questions };

export type SharedQuestionOptions = {
  readonly asked: ServerRequest;
  /** Those that could have caused it, all of one agent, in the order in which it is asked on them. */
  readonly carriers: readonly Carrier[];
  readonly isUnderWay: (carrier: Carrier) => boolean;
};

/**
 * A question that any of several calls of one agent could have caused. It is put on one of them, and stays with the agent when that has
 * its answer while others wait: they may be those that need the reply. If the agent gave that call up, or is not reached there, it is
 * put on the next. When no call is left its server is told, which may still wait (decisions/0050).
 */
export class SharedQuestion {
  readonly #options: SharedQuestionOptions;
  #open: OpenQuestion;

  constructor(options: SharedQuestionOptions) {
    this.#options = options;
    this.#open = new OpenQuestion(options.asked, { outlives: true });
  }

  get id(): ServerRequest['id'] {
    return this.#options.asked.id;
  }

  takeBack(): void {
    this.#open.takeBack();
  }

  /** One of the calls is over, with its answer or without. */
  callEnded(): void {
    const { carriers, isUnderWay } = this.#options;
    if (!carriers.some(isUnderWay)) this.#open.over.abort();
  }

  /** Resolves when the server has its reply, or wants none. */
  async put(): Promise<void> {
    const { asked, carriers } = this.#options;
    // Whichever of them waits for the reply, its server is silent for that.
    const releases = carriers.map(({ questions }) => questions.hold());
    const reply = await this.#ask();
    for (const release of releases) release();
    const [any] = carriers;
    if (!this.#open.isTakenBack) any?.questions.reply(asked.id, reply);
  }

  async #ask(): Promise<AgentReply> {
    const { asked, carriers, isUnderWay } = this.#options;
    let last = localReply(asked.question.method);
    for (const carrier of carriers) {
      if (!isUnderWay(carrier) || !carrier.questions.canPut(asked.question)) continue;
      this.#open = new OpenQuestion(asked, { outlives: true });
      last = await carrier.questions.put(this.#open);
      const isUnheard = last.kind === 'error' && last.isUnheard === true;
      const isLeft = isUnheard || carrier.request.signal.aborted;
      if (this.#open.isTakenBack || !isLeft) break;
    }
    return last;
  }
}
