import { Changes } from './changes.ts';
import { Executor, Interruption } from './executor.ts';
import { type Folders, makeFolders } from './folders.ts';
import { Gate } from './gate.ts';
import { type Message, PromptQueue, type QueueItem } from './queue.ts';
import { Sockets } from './sockets.ts';

/**
 * How old the server is: `global_interrupt` ends whatever runs, whatever it is told (before September 2025);
 * `targeted_interrupt` looks at the prompt id; `jobs_api` has `/api/jobs` beside it, and takes UUIDs only (2026).
 */
export type Age = 'global_interrupt' | 'targeted_interrupt' | 'jobs_api';

export type ComfyOptions = {
  readonly age: Age;
  readonly base: string;
  readonly models: Readonly<Record<string, readonly string[]>>;
  readonly nodeMs: number;
};

/** An installation of ComfyUI without its HTTP surface: one worker, one queue. */
export class Comfy {
  readonly age: Age;
  readonly changes = new Changes();
  readonly folders: Folders;
  readonly gate: Gate;
  readonly interruption = new Interruption();
  readonly sockets = new Sockets(() => this.queueInfo());
  readonly queue = new PromptQueue(this.changes, () => this.sockets.queueUpdated());
  readonly #executor: Executor;
  #number = 0;
  #freeing = false;
  #working = false;
  /** Of the job that runs or ran last. */
  #clientId: string | undefined;

  constructor({ age, base, models, nodeMs }: ComfyOptions) {
    this.age = age;
    this.folders = makeFolders(base, models);
    this.gate = new Gate(this.changes, nodeMs);
    this.#executor = new Executor({
      folders: this.folders,
      gate: this.gate,
      interruption: this.interruption,
      began: (nodeId) => this.sockets.at(this.#clientId, nodeId),
    });
  }

  queueInfo(): object {
    return { exec_info: { queue_remaining: this.queue.remaining } };
  }

  nextNumber(): number {
    this.#number += 1;
    return this.#number - 1;
  }

  submit(item: QueueItem): void {
    this.queue.put(item);
    // The worker is a thread of its own in ComfyUI: the answer to the client does not wait for it.
    setImmediate(() => void this.#work());
  }

  /** `POST /free`: what is remembered goes when no job runs. */
  free(): void {
    this.#freeing = true;
    if (!this.#working) this.#freeNow();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let item = this.queue.take(); item !== undefined; item = this.queue.take()) {
      await this.#run(item);
      this.#freeNow();
    }
    this.#working = false;
  }

  async #run(item: QueueItem): Promise<void> {
    const { client_id: client } = item[3];
    this.#clientId = typeof client === 'string' ? client : undefined;
    const entry = await this.#executor.execute(item, (message, audience) => this.#send(message, audience));
    // The history has the job before its client hears that nothing executes any more.
    this.queue.done(entry);
    this.#send(['executing', { node: null, prompt_id: item[1] }]);
  }

  #send(message: Message, audience?: 'everybody'): void {
    if (this.#clientId !== undefined) this.sockets.send(message, this.#clientId);
    else if (audience === 'everybody') this.sockets.send(message);
  }

  #freeNow(): void {
    if (this.#freeing) this.#executor.forget();
    this.#freeing = false;
  }
}
