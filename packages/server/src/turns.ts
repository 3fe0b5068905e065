/** Pieces of work that one turn of the event loop begins at the most, and milliseconds of them after which it begins no other. */
const PIECES_IN_A_TURN = 8;
const PIECES_MS = 4;

/** Milliseconds of pieces after which the thread is left to others for as long: what cannot be cut smaller takes half of it. */
const LONG_MS = 8;

/** Milliseconds of that at the most: the machine may have stood still. */
const REST_MS = 100;

/** What waits, by who asked: of each first come first served. */
type Waiting = Map<string, (() => void)[]>;

/**
 * The one line of all work on the event loop that agents' other calls need not wait for: requests of people and scripts, and the steps of
 * what reads for long, as a search of a large answer. However much is asked for at once, a turn of the event loop does as much of it as fits
 * into some milliseconds. Whoever ask by their names take turns.
 */
class Turns {
  readonly #waiting: Waiting = new Map();
  #startMs = 0;
  #isPlanned = false;

  take(who: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const line = this.#waiting.get(who);
    if (line === undefined) this.#waiting.set(who, [resolve]);
    else line.push(resolve);
    if (!this.#isPlanned) this.#plan();
    return promise;
  }

  /** What a piece does at once is done when the next of these callbacks is called, so that its time can be seen. */
  #plan(): void {
    this.#isPlanned = true;
    setImmediate(() => {
      this.#startMs = performance.now();
      this.#begin();
    });
    for (let more = 1; more < PIECES_IN_A_TURN; more += 1)
      setImmediate(() => {
        if (this.#tookMs() < PIECES_MS) this.#begin();
      });
    setImmediate(() => this.#end());
  }

  #begin(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    const [who, line] = next;
    const begin = line.shift();
    this.#waiting.delete(who);
    if (line.length > 0) this.#waiting.set(who, line);
    begin?.();
  }

  #end(): void {
    const tookMs = this.#tookMs();
    if (tookMs > LONG_MS) setTimeout(() => this.#goOn(), Math.min(tookMs, REST_MS));
    else this.#goOn();
  }

  #goOn(): void {
    this.#isPlanned = false;
    if (this.#waiting.size > 0) this.#plan();
  }

  #tookMs(): number {
    return performance.now() - this.#startMs;
  }
}

/** Of the process, as it has one event loop. */
const turns = new Turns();

/** Resolves when it is the turn of the next piece of work, which then goes on until it waits for anything. */
export function ownTurn(who = ''): Promise<void> {
  return turns.take(who);
}
