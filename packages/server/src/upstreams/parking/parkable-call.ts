import type { JsonObject } from '@boomgate/engine';
import { PARK_GATHER_MS } from '../bounds.ts';
import type { Clock } from '../clock.ts';
import type { AgentReply, Question, UpstreamNotification, UpstreamRequest } from '../contract.ts';
import { CANCELLED, failing, type Outcome } from '../failures.ts';
import { withoutElicitationId } from '../input-required.ts';
import { localReply, NO_PLACE_REPLY } from '../server-messages.ts';

export type ParkableOptions = {
  readonly clock: Clock;
  readonly start: (request: UpstreamRequest) => Promise<Outcome>;
  /** Takes a place among the exchanges that may wait for their agents, for as long as the call goes on; false: there is none. */
  readonly takePlace: () => boolean;
};

/** What became of a call so far: it is over, or the server asks. */
export type Progress =
  | { readonly kind: 'over'; readonly outcome: Outcome }
  | { readonly kind: 'asked'; readonly inputRequests: JsonObject };

type Open = {
  readonly key: string;
  readonly question: Question;
  readonly reply: (reply: AgentReply) => void;
  isPut: boolean;
};

const noPlace = failing('input_missing', 'too many exchanges are parked', {
  acted: 'maybe',
  message:
    'the server asks a question, but too many calls already wait for answers; call again when some are answered',
});

/** One call to a legacy server that outlives the requests of its agent: each of them follows it for a while (P §3.4). */
export class ParkableCall {
  readonly method: string;
  readonly #options: ParkableOptions;
  readonly #abort = new AbortController();
  #questions: Open[] = [];
  #asked = 0;
  #hasPlace = false;
  #outcome: Outcome | undefined;
  #notify: ((notification: UpstreamNotification) => void) | undefined;
  #onChange: (() => void) | undefined;

  constructor(request: UpstreamRequest, options: ParkableOptions) {
    this.method = request.method;
    this.#options = options;
    const { requestState: _, inputResponses: __, ...first } = request;
    const parkable: UpstreamRequest = {
      ...first,
      signal: this.#abort.signal,
      ask: (question, over) => this.#ask(question, over),
      // Whoever follows the call hears of it; what comes while nobody does is lost.
      onNotification: (notification) => this.#notify?.(notification),
    };
    void options.start(parkable).then((outcome) => {
      this.#outcome ??= outcome;
      this.#onChange?.();
    });
  }

  get hasPlace(): boolean {
    return this.#hasPlace;
  }

  /** Gives the server the answers that the agent brings; what they leave out stays asked. */
  answer(inputResponses: JsonObject): void {
    this.#questions = this.#questions.filter(({ key, reply }) => {
      const result = Object.hasOwn(inputResponses, key) ? inputResponses[key] : undefined;
      if (typeof result !== 'object' || result === null || Array.isArray(result)) return true;
      // A cast: an object that is no array is what remains of JSON here.
      reply({ kind: 'result', result: result as JsonObject });
      return false;
    });
    for (const open of this.#questions) open.isPut = false;
  }

  /** Follows the call for one request of its agent, until it is over or asks. */
  async follow({ signal, onNotification }: UpstreamRequest): Promise<Progress> {
    this.#notify = onNotification;
    const onAbort = () => this.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) this.cancel();
    // What was asked may be taken back before it is put.
    do await this.#settled();
    while (this.#outcome === undefined && this.#questions.length === 0);
    signal.removeEventListener('abort', onAbort);
    this.#notify = undefined;
    if (signal.aborted) return { kind: 'over', outcome: this.#outcome ?? CANCELLED.sent };
    if (this.#outcome !== undefined) return { kind: 'over', outcome: this.#outcome };
    for (const open of this.#questions) open.isPut = true;
    const asked = this.#questions.map(({ key, question }) => [key, toModern(question)] as const);
    return { kind: 'asked', inputRequests: Object.fromEntries(asked) };
  }

  /** Ends the call at the server. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Resolves when the call is over, or a little after the first question, so that others can join it. */
  #settled(): Promise<void> {
    return new Promise((resolve) => {
      let cancelGather: (() => void) | undefined;
      const look = () => {
        if (this.#outcome !== undefined) {
          cancelGather?.();
          this.#onChange = undefined;
          resolve();
        } else if (this.#questions.some(({ isPut }) => !isPut)) {
          cancelGather ??= this.#options.clock.after(PARK_GATHER_MS, () => {
            this.#onChange = undefined;
            resolve();
          });
        }
      };
      this.#onChange = look;
      look();
    });
  }

  #ask(question: Question, over: AbortSignal): Promise<AgentReply> {
    this.#hasPlace ||= this.#options.takePlace();
    if (!this.#hasPlace) return this.#refuse();
    const key = `p${this.#asked}`;
    this.#asked += 1;
    return new Promise((reply) => {
      const open = { key, question, reply, isPut: false };
      this.#questions.push(open);
      const takeBack = (): void => {
        this.#questions = this.#questions.filter((one) => one !== open);
        reply(localReply(question.method));
      };
      over.addEventListener('abort', takeBack, { once: true });
      this.#onChange?.();
    });
  }

  /** Nobody can be asked, and nobody is to have answered: the call ends instead. */
  #refuse(): Promise<AgentReply> {
    this.#outcome ??= noPlace;
    this.cancel();
    this.#onChange?.();
    return Promise.resolve(NO_PLACE_REPLY);
  }
}

/** A question as the modern era embeds it (P §1.8). */
function toModern({ method, params }: Question): JsonObject {
  return { method, params: method === 'elicitation/create' ? withoutElicitationId(params) : params };
}
