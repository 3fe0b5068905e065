import type { ComfyEvent } from '../comfy/index.ts';

/** Nodes done of all nodes; `done` has a fraction while a node runs, and only ever grows. */
export type Progress = { readonly done: number; readonly total: number; readonly message: string };

/** While a job waits nothing is done, but MCP wants each message to be larger than the last. */
const WAITING_STEP = 0.001;

/** Turns what is known of one job into progress. Each method gives what is worth telling, or nothing. */
export class JobProgress {
  readonly #total: number;
  readonly #classes: ReadonlyMap<string, string>;
  readonly #done = new Set<string>();
  #current: string | undefined;
  #told = -1;
  #position: number | undefined;

  /** `prompt` is the workflow as it stands in the queue: node id to node. */
  constructor(prompt: Readonly<Record<string, unknown>>) {
    this.#classes = new Map(Object.entries(prompt).map(([id, node]) => [id, classOf(node)]));
    this.#total = Math.max(1, this.#classes.size);
  }

  waiting(position: number): Progress | undefined {
    if (position === this.#position) return undefined;
    this.#position = position;
    return this.#tell(
      this.#told < 0 ? 0 : this.#told + WAITING_STEP,
      `waiting, number ${position} in the queue`,
    );
  }

  note(event: ComfyEvent): Progress | undefined {
    switch (event.type) {
      case 'started':
        return this.#tell(Math.max(0, this.#told + WAITING_STEP), 'started');
      case 'cached':
        for (const node of event.nodes) this.#finish(node);
        return this.#tell(this.#done.size, `${event.nodes.length} nodes were done before`);
      case 'node':
        this.#enter(event.node);
        return this.#tell(this.#done.size, this.#name(event.node));
      case 'step':
        if (this.#done.has(event.node)) return undefined;
        this.#enter(event.node);
        return this.#tell(
          this.#done.size + fraction(event.done, event.of),
          `${this.#name(event.node)}: ${event.done} of ${event.of}`,
        );
      case 'node_done':
        this.#finish(event.node);
        return this.#tell(this.#done.size, `${this.#name(event.node)} done`);
      default:
        return undefined;
    }
  }

  /** ComfyUI runs one node at a time and does not say of every one that it ended. */
  #enter(node: string): void {
    if (this.#current !== undefined && this.#current !== node) this.#finish(this.#current);
    this.#current = node;
  }

  #finish(node: string): void {
    // Nodes that others expand into are not in the workflow and do not count.
    if (this.#classes.has(node)) this.#done.add(node);
  }

  #name(node: string): string {
    return `node ${node} (${this.#classes.get(node) ?? 'inner'})`;
  }

  #tell(done: number, message: string): Progress | undefined {
    if (done <= this.#told) return undefined;
    this.#told = done;
    return { done, total: this.#total, message };
  }
}

function fraction(done: number, of: number): number {
  return of > 0 ? Math.min(Math.max(done / of, 0), 1) * 0.99 : 0;
}

function classOf(node: unknown): string {
  return typeof node === 'object' && node !== null && 'class_type' in node ? String(node.class_type) : 'node';
}
