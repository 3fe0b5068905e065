import { type Clock, LATER_AGAIN_MS, LATER_KEPT } from '../limits/index.ts';
import type { Log } from '../proxy/index.ts';

type LaterOptions = {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Pick<Log, 'warn'>;
  /** Whether what failed with this may succeed some time later. */
  readonly mayPass: (error: unknown) => boolean;
};

type Task = { readonly what: string; readonly work: () => Promise<void> };
type Waiting = Task & { readonly failures: number; readonly atMs: number };

/** Does what an answer does not wait for, and again where it failed for the moment. All of it is forgotten when the gateway stops. */
export class Later {
  readonly #options: LaterOptions;
  #waiting: readonly Waiting[] = [];

  constructor(options: LaterOptions) {
    this.#options = options;
  }

  begin(what: string, work: () => Promise<void>): void {
    setImmediate(() => void this.#run({ what, work }, 0));
  }

  /** Does again what is due; called several times a second. */
  look(): void {
    if (this.#waiting.length === 0) return;
    const nowMs = this.#options.clock.monotonicMs();
    const due = this.#waiting.filter(({ atMs }) => atMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > nowMs);
    for (const { failures, ...task } of due) void this.#run(task, failures);
  }

  async #run(task: Task, failures: number): Promise<void> {
    const { clock, log, mayPass } = this.#options;
    try {
      await task.work();
    } catch (error) {
      const afterMs =
        mayPass(error) && this.#waiting.length < LATER_KEPT ? LATER_AGAIN_MS[failures] : undefined;
      const then = afterMs === undefined ? { isOver: true } : { againInMs: afterMs };
      log.warn({ error: String(error), ...then }, `${task.what} failed`);
      if (afterMs === undefined) return;
      const atMs = clock.monotonicMs() + afterMs;
      this.#waiting = [...this.#waiting, { ...task, failures: failures + 1, atMs }];
    }
  }
}
