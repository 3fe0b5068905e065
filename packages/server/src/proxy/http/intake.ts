import { OVERLOAD_WAIT_MS, REQUESTS_BEGUN_IN_A_TURN, REQUESTS_READ_AHEAD } from '../../limits/index.ts';

type Waiting = { readonly begin: () => void; readonly sinceMs: number };

/** Of those that waited, the ones that have begun are dropped from memory once there are so many. */
const DROPPED_AT_ONCE = 1_024;

/**
 * The line in which agents wait for their turn. In a turn of the event loop only so many requests are begun, so that under any load
 * turns are short: whoever reads the admin API, and answers of servers, get their turn. The others wait, first come first served; when
 * the first of them has waited for too long there is more to do than can be done, and who comes then is refused. Times are monotonic
 * milliseconds.
 */
export class Intake {
  #waiting: Waiting[] = [];
  #first = 0;
  #begun = 0;
  #turn: NodeJS.Immediate | undefined;

  /** Requests and connections that wait. */
  get waiting(): number {
    return this.#waiting.length - this.#first;
  }

  /** Whether there are enough requests at hand, so that connections are better left unread. */
  get isLong(): boolean {
    return this.waiting >= REQUESTS_READ_AHEAD;
  }

  /** Whether a request that comes now is to be refused. */
  isOverloaded(nowMs: number): boolean {
    const first = this.#waiting[this.#first];
    return first !== undefined && nowMs - first.sinceMs > OVERLOAD_WAIT_MS;
  }

  /** Begins at once, or when it is its turn. */
  enter(begin: () => void, nowMs: number): void {
    this.#turn ??= setImmediate(() => this.#nextTurn());
    if (this.#begun < REQUESTS_BEGUN_IN_A_TURN && this.waiting === 0) {
      this.#begun += 1;
      begin();
    } else this.#waiting.push({ begin, sinceMs: nowMs });
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#begun = 0;
    while (this.#begun < REQUESTS_BEGUN_IN_A_TURN) {
      const next = this.#waiting[this.#first];
      if (next === undefined) break;
      this.#first += 1;
      this.#begun += 1;
      next.begin();
    }
    if (this.#first >= DROPPED_AT_ONCE || this.waiting === 0) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    if (this.waiting > 0) this.#turn = setImmediate(() => this.#nextTurn());
  }
}
