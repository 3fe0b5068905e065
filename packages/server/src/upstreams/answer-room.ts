import { Budget, partOfHeap, type Share } from '../budget.ts';
import { ReadingTurns } from '../reading-turns.ts';
import {
  ANSWERS_LEAST_BYTES,
  ANSWERS_PART_OF_HEAP,
  ANSWERS_PART_OF_SERVER,
  READING_LONG,
  READING_SHORT,
  SHORT_TEXT,
  UNCOUNTED_ANSWER_BYTES,
} from './bounds.ts';
import type { Clock } from './clock.ts';

/** What more of comes as long as it is not paused. */
export type Source = { readonly pause: () => void; readonly resume: () => void };

type RoomOptions = {
  readonly clock: Clock;
  /** Of the answers of all servers. */
  readonly budget: Budget;
  readonly serverId: string;
};

/**
 * What the answers of one server may take: bytes while they come in, and the thread's time to read them, so that other servers and their
 * agents go on, whatever this one sends.
 */
export class AnswerRoom {
  readonly #options: RoomOptions;
  readonly #short: ReadingTurns;
  readonly #long: ReadingTurns;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#short = new ReadingTurns(options.clock, READING_SHORT);
    this.#long = new ReadingTurns(options.clock, READING_LONG);
  }

  /** For one answer, or one stream of messages. */
  arriving(source?: Source): Arriving {
    return new Arriving(this, source);
  }

  /** Short texts do not wait for long ones. */
  turnsFor(characters: number): ReadingTurns {
    return characters <= SHORT_TEXT ? this.#short : this.#long;
  }

  share(): Share {
    return this.#options.budget.shareFor(this.#options.serverId);
  }
}

/** Of the answers of all servers of a process. */
export function answerBudget(): Budget {
  const ofAll = partOfHeap(ANSWERS_PART_OF_HEAP, ANSWERS_LEAST_BYTES);
  return new Budget({ ofAll, ofEach: ofAll * ANSWERS_PART_OF_SERVER });
}

type Text = { readonly characters: number; readonly work: () => void };

/** What comes in of one answer, or on one stream; its texts are read in their order. */
export class Arriving {
  readonly #room: AnswerRoom;
  readonly #source: Source | undefined;
  readonly #waiting: Text[] = [];
  #share: Share | undefined;
  #bytes = 0;
  #isClosed = false;

  constructor(room: AnswerRoom, source: Source | undefined) {
    this.#room = room;
    this.#source = source;
  }

  /** Counts bytes that came in; false when the answers of the server take as much as they may already. */
  take(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes <= UNCOUNTED_ANSWER_BYTES) return true;
    this.#share ??= this.#room.share();
    return this.#share.take(bytes);
  }

  /** Works on a text of so many characters, at once or when it is its turn. */
  read(characters: number, work: () => void): void {
    if (this.#isClosed) return;
    if (this.#waiting.length === 0 && this.#room.turnsFor(characters).takes(work)) {
      this.#release();
      return;
    }
    this.#waiting.push({ characters, work });
    if (this.#waiting.length > 1) return;
    this.#source?.pause();
    this.#lineUp({ characters });
  }

  /** Nothing of what came so far is kept, but for texts that wait. */
  letGo(): void {
    if (this.#waiting.length === 0) this.#release();
  }

  /** Nobody waits for it any more: what is to be read of it is forgotten, which would be memory that nobody counts. */
  close(): void {
    this.#isClosed = true;
    this.#release();
    if (this.#waiting.length === 0) return;
    this.#waiting.length = 0;
    this.#source?.resume();
  }

  /** What came in is kept no longer. */
  #release(): void {
    this.#bytes = 0;
    this.#share?.release();
  }

  #lineUp({ characters }: Pick<Text, 'characters'>): void {
    this.#room.turnsFor(characters).lineUp(() => {
      this.#waiting.shift()?.work();
      const [next] = this.#waiting;
      if (next === undefined) {
        this.#release();
        this.#source?.resume();
      } else {
        this.#lineUp(next);
      }
    });
  }
}
