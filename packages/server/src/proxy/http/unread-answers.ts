import type { ServerResponse } from 'node:http';
import { partOfHeap } from '../../budget.ts';
import { LARGE_ANSWER_BYTES, UNREAD_LEAST_BYTES, UNREAD_PART_OF_HEAP } from '../../limits/index.ts';
import type { Log } from '../context.ts';

type Unread = { readonly sender: string; readonly bytes: number };

/**
 * Large answers that their agents have not read yet. When they are more than there is room for, those of the sender with most of them are
 * cut off, the oldest first: whoever reads is never that one for long, and others do not notice whoever does not.
 */
export class UnreadAnswers {
  readonly #log: Log;
  readonly #most: number;
  readonly #open = new Map<ServerResponse, Unread>();

  constructor(log: Log, most: number = partOfHeap(UNREAD_PART_OF_HEAP, UNREAD_LEAST_BYTES)) {
    this.#log = log;
    this.#most = most;
  }

  /** An answer was written, which is still to be read; on a stream it may not be the first. */
  add(response: ServerResponse, sender: string): void {
    const bytes = response.writableLength;
    if (bytes < LARGE_ANSWER_BYTES || response.destroyed) return;
    if (!this.#open.has(response)) response.once('close', () => this.#open.delete(response));
    this.#open.set(response, { sender, bytes });
    this.#makeRoom();
  }

  #makeRoom(): void {
    while (this.#open.size > 1 && this.#total() > this.#most) {
      const sender = this.#greediest();
      for (const [response, unread] of this.#open) {
        if (unread.sender !== sender) continue;
        this.#open.delete(response);
        response.destroy();
        this.#log.warn({ bytes: unread.bytes }, 'cut off an agent that does not read its large answer');
        break;
      }
    }
  }

  #total(): number {
    let total = 0;
    for (const { bytes } of this.#open.values()) total += bytes;
    return total;
  }

  #greediest(): string {
    const bySender = new Map<string, number>();
    for (const { bytes, sender } of this.#open.values())
      bySender.set(sender, (bySender.get(sender) ?? 0) + bytes);
    const [first] = [...bySender].sort(([, one], [, other]) => other - one);
    return first?.[0] ?? '';
  }
}
