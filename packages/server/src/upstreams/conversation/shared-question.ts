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
 * A question that any of several calls of one agent could have caused. It is put on one of them at a time: when that ends, or its
 * agent cannot be reached there, on the next; and when none is left its server is told so, which may still wait (decisions/0050).
 */
export class SharedQuestion {
  readonly #options: SharedQuestionOptions;
  #open: OpenQuestion;

  constructor(options: SharedQuestionOptions) {
    this.#options = options;
    this.#open = new OpenQuestion(options.asked);
  }

  get id(): ServerRequest['id'] {
    return this.#options.asked.id;
  }

  takeBack(): void {
    this.#open.takeBack();
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
      this.#open = new OpenQuestion(asked);
      last = await carrier.questions.put(this.#open);
      if (this.#open.isTakenBack || !this.#isLeft(carrier, last)) return last;
    }
    return last;
  }

  /** Nobody will reply there. */
  #isLeft({ request }: Carrier, reply: AgentReply): boolean {
    const isUnheard = reply.kind === 'error' && reply.isUnheard === true;
    return isUnheard || this.#open.over.signal.aborted || request.signal.aborted;
  }
}
