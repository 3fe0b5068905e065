import type { Changes } from './changes.ts';
import type { Graph } from './graph.ts';
import { heapify, heapPop, heapPush } from './heap.ts';

/** A job as `/queue` shows it; the smallest number runs first. */
export type QueueItem = readonly [
  number: number,
  promptId: string,
  prompt: Graph,
  extraData: Readonly<Record<string, unknown>>,
  outputs: readonly string[],
];

export type Message = readonly [event: string, data: Readonly<Record<string, unknown>>];

export type HistoryEntry = {
  readonly prompt: QueueItem;
  readonly outputs: Readonly<Record<string, object>>;
  readonly status: {
    readonly status_str: 'success' | 'error';
    readonly completed: boolean;
    readonly messages: readonly Message[];
  };
  readonly meta: Readonly<Record<string, object>>;
};

/** How many ended jobs ComfyUI keeps. */
const MAXIMUM_HISTORY_SIZE = 10_000;

/** The jobs that wait, the one that runs, and those that ended. `queueUpdated` is ComfyUI's hook of the same name. */
export class PromptQueue {
  readonly #changes: Changes;
  readonly #queueUpdated: () => void;
  #pending: QueueItem[] = [];
  #running: QueueItem | undefined;
  #history = new Map<string, HistoryEntry>();

  constructor(changes: Changes, queueUpdated: () => void) {
    this.#changes = changes;
    this.#queueUpdated = queueUpdated;
  }

  get running(): QueueItem | undefined {
    return this.#running;
  }

  /** In the order of the heap, not of running. */
  get pending(): readonly QueueItem[] {
    return this.#pending;
  }

  get history(): ReadonlyMap<string, HistoryEntry> {
    return this.#history;
  }

  get remaining(): number {
    return this.#pending.length + (this.#running === undefined ? 0 : 1);
  }

  put(item: QueueItem): void {
    heapPush(this.#pending, item, runsBefore);
    this.#updated();
  }

  take(): QueueItem | undefined {
    const item = heapPop(this.#pending, runsBefore);
    if (item === undefined) return undefined;
    this.#running = item;
    this.#updated();
    return item;
  }

  done(entry: HistoryEntry): void {
    this.#running = undefined;
    const [oldest] = this.#history.keys();
    if (this.#history.size > MAXIMUM_HISTORY_SIZE && oldest !== undefined) this.#history.delete(oldest);
    this.#history.set(entry.prompt[1], entry);
    this.#updated();
  }

  /** Empties what waits; the running job goes on. */
  wipe(): void {
    this.#pending = [];
    this.#updated();
  }

  /** Takes a waiting job away; it leaves no trace. */
  delete(promptId: string): boolean {
    const index = this.#pending.findIndex((item) => item[1] === promptId);
    if (index < 0) return false;
    this.#pending.splice(index, 1);
    heapify(this.#pending, runsBefore);
    this.#updated();
    return true;
  }

  /** Without a bound everything, from the oldest on; with one the newest, unless an offset says where to begin. */
  historyPage(maxItems: number | undefined, offset = -1): Readonly<Record<string, HistoryEntry>> {
    const all = [...this.#history];
    const start = offset < 0 ? (maxItems === undefined ? 0 : Math.max(0, all.length - maxItems)) : offset;
    return Object.fromEntries(all.slice(start, maxItems === undefined ? undefined : start + maxItems));
  }

  forget(promptId: string): void {
    this.#history.delete(promptId);
  }

  wipeHistory(): void {
    this.#history = new Map();
  }

  #updated(): void {
    this.#queueUpdated();
    this.#changes.tell();
  }
}

/** The heap's order: by number, then by id, as Python compares tuples. */
function runsBefore(left: QueueItem, right: QueueItem): boolean {
  return left[0] === right[0] ? left[1] < right[1] : left[0] < right[0];
}
