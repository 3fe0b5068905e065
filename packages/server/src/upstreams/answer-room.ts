import { ByteBudget, partOfHeap, type Share } from '../byte-budget.ts';
import {
  ANSWERS_LEAST_BYTES,
  ANSWERS_PART_OF_HEAP,
  ANSWERS_PART_OF_SERVER,
  COSTLY_READ_MS,
  READ_AT_ONCE,
  REST_AFTER_READING,
  UNCOUNTED_ANSWER_BYTES,
} from './bounds.ts';
import type { Clock } from './clock.ts';

/** What more of comes as long as it is not paused. */
export type Source = { readonly pause: () => void; readonly resume: () => void };

type RoomOptions = {
  readonly clock: Clock;
  /** Of the answers of all servers. */
  readonly budget: ByteBudget;
  readonly serverId: string;
};

/**
 * What the answers of one server may take: bytes while they come in, and the thread's time to read them. After a text that took long the
 * server's next long one waits for a multiple of that, so that other servers and their agents go on, whatever this one sends.
 */
export class AnswerRoom {
  readonly #options: RoomOptions;
  readonly #line: (() => void)[] = [];
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #isLookedAt = false;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** For one answer, or one stream of messages. */
  arriving(source?: Source): Arriving {
    const { budget, serverId } = this.#options;
    return new Arriving(this, { source, share: () => budget.shareFor(serverId) });
  }

  get isFree(): boolean {
    return this.#line.length === 0 && this.#options.clock.now() >= this.#restsUntilMs;
  }

  read(work: () => void): void {
    const { clock } = this.#options;
    const startedMs = clock.now();
    work();
    const endedMs = clock.now();
    const tookMs = endedMs - startedMs;
    if (tookMs >= COSTLY_READ_MS) this.#restsUntilMs = endedMs + REST_AFTER_READING * tookMs;
  }

  lineUp(work: () => void): void {
    this.#line.push(work);
    this.#look();
  }

  #look(): void {
    if (this.#isLookedAt) return;
    this.#isLookedAt = true;
    const { clock } = this.#options;
    clock.after(Math.max(0, this.#restsUntilMs - clock.now()), () => {
      this.#isLookedAt = false;
      const work = this.#line.shift();
      if (work !== undefined) this.read(work);
      if (this.#line.length > 0) this.#look();
    });
  }
}

/** Of the answers of all servers of a process. */
export function answerBudget(): ByteBudget {
  const ofAll = partOfHeap(ANSWERS_PART_OF_HEAP, ANSWERS_LEAST_BYTES);
  return new ByteBudget({ ofAll, ofEach: ofAll * ANSWERS_PART_OF_SERVER });
}

/** What comes in of one answer, or on one stream; its texts are read in their order. */
export class Arriving {
  readonly #room: AnswerRoom;
  readonly #source: Source | undefined;
  readonly #shareOf: () => Share;
  #share: Share | undefined;
  #bytes = 0;
  #waiting = 0;

  constructor(
    room: AnswerRoom,
    { share, source }: { readonly source: Source | undefined; readonly share: () => Share },
  ) {
    this.#room = room;
    this.#source = source;
    this.#shareOf = share;
  }

  /** Counts bytes that came in; false when the answers of the server take as much as they may already. */
  take(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes <= UNCOUNTED_ANSWER_BYTES) return true;
    this.#share ??= this.#shareOf();
    return this.#share.take(bytes);
  }

  /** Works on a text of so many characters, at once or when it is its turn. */
  read(characters: number, work: () => void): void {
    if (this.#waiting === 0 && characters <= READ_AT_ONCE) this.#now(work);
    else if (this.#waiting === 0 && this.#room.isFree) this.#room.read(() => this.#now(work));
    else this.#later(work);
  }

  /** What came in is kept no longer. */
  release(): void {
    this.#bytes = 0;
    this.#share?.release();
  }

  #now(work: () => void): void {
    work();
    if (this.#waiting === 0) this.release();
  }

  #later(work: () => void): void {
    this.#waiting += 1;
    if (this.#waiting === 1) this.#source?.pause();
    this.#room.lineUp(() => {
      this.#waiting -= 1;
      this.#now(work);
      if (this.#waiting === 0) this.#source?.resume();
    });
  }
}
