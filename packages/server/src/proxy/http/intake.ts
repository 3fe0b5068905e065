import {
  NEW_CONNECTIONS_FIRST_MS,
  OVERLOAD_WAIT_MS,
  REQUESTS_BEGUN_IN_A_TURN,
  REQUESTS_READ_AHEAD,
} from '../../limits/index.ts';

type Waiting = { readonly begin: () => void; readonly sinceMs: number };

/** What waits of one sender, and since when it is this sender's turn, or will be. */
type Line = { readonly waiting: Waiting[]; turnSinceMs: number };

/**
 * The line in which agents wait for their turn. In a turn of the event loop only so many requests are begun, so that under any load
 * turns are short: whoever reads the admin API, who connects anew, and answers of servers get their turn. The others wait: of each sender first
 * come first served, and senders by turns, so that one with a thousand requests keeps nobody from sending one. Where a sender's first has waited
 * for too long, or its turn does not come, there is more to do than can be done, and what it sends then is refused.
 */
export class Intake {
  /** Monotonic. */
  readonly #nowMs: () => number;
  /** By sender, the one whose turn is next first. */
  readonly #lines = new Map<string, Line>();
  #waiting = 0;
  /** In this turn. */
  #begun = 0;
  /** Nothing is begun in this turn. */
  #holdsBack = false;
  #lastBegunMs = Number.NEGATIVE_INFINITY;
  #turn: NodeJS.Immediate | undefined;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Requests and connections that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether there are enough requests at hand, so that connections are better left unread. */
  get isLong(): boolean {
    return this.waiting >= REQUESTS_READ_AHEAD;
  }

  /** Whether a request of the sender that comes now is to be refused. */
  isOverloadedFor(sender: string): boolean {
    if (this.#waiting === 0) return false;
    const [next] = this.#lines.values();
    const tooLongMs = this.#nowMs() - OVERLOAD_WAIT_MS;
    const [own] = this.#lines.get(sender)?.waiting ?? [];
    return (next?.turnSinceMs ?? tooLongMs) < tooLongMs || (own?.sinceMs ?? tooLongMs) < tooLongMs;
  }

  /** A connection was accepted in this turn. */
  accepted(): void {
    if (this.#nowMs() - this.#lastBegunMs >= NEW_CONNECTIONS_FIRST_MS) return;
    this.#holdsBack = true;
    this.#endTurn();
  }

  /** Begins at once, or when it is its turn. */
  enter(sender: string, begin: () => void, nowMs = this.#nowMs()): void {
    this.#endTurn();
    if (this.#waiting === 0 && this.#mayBegin) this.#begin(begin, nowMs);
    else this.#lineUp(sender, { begin, sinceMs: nowMs });
  }

  #lineUp(sender: string, one: Waiting): void {
    this.#waiting += 1;
    const line = this.#lines.get(sender);
    if (line === undefined) this.#lines.set(sender, { waiting: [one], turnSinceMs: one.sinceMs });
    else line.waiting.push(one);
  }

  /** The first of the sender whose turn it is, who has to wait for the others then. */
  #next(nowMs: number): Waiting | undefined {
    const [next] = this.#lines;
    if (next === undefined) return undefined;
    const [sender, line] = next;
    this.#lines.delete(sender);
    if (line.waiting.length > 1) this.#lines.set(sender, { ...line, turnSinceMs: nowMs });
    this.#waiting -= 1;
    return line.waiting.shift();
  }

  get #mayBegin(): boolean {
    return this.#begun < REQUESTS_BEGUN_IN_A_TURN && !this.#holdsBack;
  }

  #begin(begin: () => void, nowMs: number): void {
    this.#begun += 1;
    this.#lastBegunMs = nowMs;
    begin();
  }

  #endTurn(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#begun = 0;
      this.#nextTurn(this.#nowMs());
    });
  }

  #nextTurn(nowMs: number): void {
    while (this.#mayBegin) {
      const next = this.#next(nowMs);
      if (next === undefined) break;
      this.#begin(next.begin, nowMs);
    }
    this.#holdsBack = false;
    if (this.#waiting > 0) this.#endTurn();
  }
}
