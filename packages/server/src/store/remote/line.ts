import { StoreError } from '../contract.ts';
import { MAX_WAITING_ASKS } from './bounds.ts';

/** What one end may ask of the other: what it says, and what it gets. Everything is JSON; what has no answer gets null. */
export type Asks = Readonly<Record<string, { readonly body: unknown; readonly answer: unknown }>>;

/** How the end that is asked answers. Called in the order in which it was asked. */
export type Answers<A extends Asks> = {
  readonly [Name in keyof A]: (body: A[Name]['body']) => A[Name]['answer'] | Promise<A[Name]['answer']>;
};

type Fault = { readonly code: StoreError['code'] | 'other'; readonly message: string };

/** An ask and its number, 0 where no answer is wanted · an answer · a failure. */
type Item =
  | readonly ['ask', number, string, unknown]
  | readonly ['answer', number, unknown]
  | readonly ['fault', number, Fault];

type LineOptions<Theirs extends Asks> = {
  /** Gives one message to the other end: whole, in order, once. */
  readonly send: (message: unknown) => void;
  readonly answers: Answers<Theirs>;
  /** Told of what failed here and was not asked for an answer. */
  readonly onFault: (error: unknown) => void;
};

/**
 * One end of a channel between two processes of the gateway. What a turn of the event loop wants said is one message, as each costs about
 * as much as ten things in it.
 */
export class Line<Mine extends Asks, Theirs extends Asks> {
  readonly #options: LineOptions<Theirs>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #items: Item[] = [];
  #flush: NodeJS.Immediate | undefined;
  #last = 0;
  #closed: StoreError | undefined;

  constructor(options: LineOptions<Theirs>) {
    this.#options = options;
  }

  /** Rejects with `StoreError` `unavailable` when the line is closed, or as many asks wait as may. */
  ask<Name extends keyof Mine & string>(name: Name, body: Mine[Name]['body']): Promise<Mine[Name]['answer']> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (this.#waiting.size >= MAX_WAITING_ASKS)
      return Promise.reject(
        new StoreError('unavailable', `more than ${MAX_WAITING_ASKS} requests wait for the store: try again`),
      );
    this.#last += 1;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(this.#last, answer);
    this.#say(['ask', this.#last, name, body]);
    return answer.promise;
  }

  /** Wants no answer. Nothing happens once the line is closed. */
  tell<Name extends keyof Mine & string>(name: Name, body: Mine[Name]['body']): void {
    if (this.#closed === undefined) this.#say(['ask', 0, name, body]);
  }

  /** Takes a message of the other end. */
  take(message: unknown): void {
    // A cast: only the other end of this line, which is this program, writes on it.
    for (const item of message as readonly Item[]) this.#takeItem(item);
  }

  /** Whoever waits hears why there will be no answer; what was not said is not said any more. */
  close(why: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new StoreError('unavailable', why);
    clearImmediate(this.#flush);
    for (const answer of this.#waiting.values()) answer.reject(this.#closed);
    this.#waiting.clear();
  }

  #takeItem(item: Item): void {
    const [kind, number] = item;
    if (kind === 'ask') return void this.#answer(number, item[2], item[3]);
    const answer = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (kind === 'answer') answer?.resolve(item[2]);
    else answer?.reject(errorOf(item[2]));
  }

  #answer(number: number, name: string, body: unknown): void {
    try {
      // A cast: the table of the other end has this name, with this body.
      const given = this.#options.answers[name as keyof Theirs](body);
      if (given instanceof Promise)
        given.then(
          (value) => this.#reply(number, value),
          (error: unknown) => this.#fail(number, error),
        );
      else this.#reply(number, given);
    } catch (error) {
      this.#fail(number, error);
    }
  }

  #reply(number: number, value: unknown): void {
    if (number !== 0) this.#say(['answer', number, value]);
  }

  #fail(number: number, error: unknown): void {
    if (number === 0) this.#options.onFault(error);
    else this.#say(['fault', number, faultOf(error)]);
  }

  #say(item: Item): void {
    if (this.#closed !== undefined) return;
    this.#items.push(item);
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined;
      this.#options.send(this.#items.splice(0));
    });
  }
}

function faultOf(error: unknown): Fault {
  if (error instanceof StoreError) return { code: error.code, message: error.message };
  return { code: 'other', message: error instanceof Error ? error.message : String(error) };
}

function errorOf({ code, message }: Fault): Error {
  return code === 'other' ? new Error(message) : new StoreError(code, message);
}
