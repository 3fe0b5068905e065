import {
  NEW_CONNECTIONS_FIRST_MS,
  OVERLOAD_WAIT_MS,
  REQUESTS_BEGUN_IN_A_TURN,
  REQUESTS_READ_AHEAD,
} from '../../limits/index.ts';

type Waiting = { readonly begin: () => void; readonly sinceMs: number };

/** Of those that waited, the ones that have begun are dropped from memory once there are so many. */
const DROPPED_AT_ONCE = 1_024;

/**
 * The line in which agents wait for their turn. In a turn of the event loop only so many requests are begun, so that under any load
 * turns are short: whoever reads the admin API, who connects anew, and answers of servers get their turn. The others wait, first come
 * first served; when the first of them has waited for too long there is more to do than can be done, and who comes then is refused.
 */
export class Intake {
  /** Monotonic. */
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  #first = 0;
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
    return this.#waiting.length - this.#first;
  }

  /** Whether there are enough requests at hand, so that connections are better left unread. */
  get isLong(): boolean {
    return this.waiting >= REQUESTS_READ_AHEAD;
  }

  /** Whether a request that comes now is to be refused. */
  get isOverloaded(): boolean {
    const first = this.#waiting[this.#first];
    return first !== undefined && this.#nowMs() - first.sinceMs > OVERLOAD_WAIT_MS;
  }

  /** A connection was accepted in this turn. */
  accepted(): void {
    if (this.#nowMs() - this.#lastBegunMs >= NEW_CONNECTIONS_FIRST_MS) return;
    this.#holdsBack = true;
    this.#endTurn();
  }

  /** Begins at once, or when it is its turn. */
  enter(begin: () => void, nowMs = this.#nowMs()): void {
    this.#endTurn();
    if (this.waiting === 0 && this.#mayBegin) this.#begin(begin, nowMs);
    else this.#waiting.push({ begin, sinceMs: nowMs });
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
      const next = this.#waiting[this.#first];
      if (next === undefined) break;
      this.#first += 1;
      this.#begin(next.begin, nowMs);
    }
    this.#holdsBack = false;
    if (this.#first >= DROPPED_AT_ONCE || this.waiting === 0) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    if (this.waiting > 0) this.#endTurn();
  }
}
