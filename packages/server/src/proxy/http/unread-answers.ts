import type { ServerResponse } from 'node:http';
import { partOfHeap } from '../../byte-budget.ts';
import { LARGE_ANSWER_BYTES, UNREAD_LEAST_BYTES, UNREAD_PART_OF_HEAP } from '../../limits/index.ts';

type Unread = { readonly sender: string; readonly bytes: number };

/**
 * Large answers that their agents have not read yet. When they are more than there is room for, those of the sender with most of them are
 * cut off, the oldest first: whoever reads is never that one for long, and others do not notice whoever does not.
 */
export class UnreadAnswers {
  readonly #most: number;
  readonly #open = new Map<ServerResponse, Unread>();

  constructor(most: number = partOfHeap(UNREAD_PART_OF_HEAP, UNREAD_LEAST_BYTES)) {
    this.#most = most;
  }

  /** An answer was written, of which this much is still to be read; gives how many were cut off for it. */
  add(response: ServerResponse, sender: string): number {
    const bytes = response.writableLength;
    if (bytes < LARGE_ANSWER_BYTES || response.destroyed) return 0;
    this.#open.set(response, { sender, bytes });
    response.once('close', () => this.#open.delete(response));
    return this.#makeRoom();
  }

  #makeRoom(): number {
    let cutOff = 0;
    while (this.#open.size > 1 && this.#total() > this.#most) {
      const sender = this.#greediest();
      for (const [response, unread] of this.#open) {
        if (unread.sender !== sender) continue;
        this.#open.delete(response);
        response.destroy();
        cutOff += 1;
        break;
      }
    }
    return cutOff;
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
