import { type ComfyClient, type ComfyEvent, type Feed, findJob, type JobState } from '../comfy/index.ts';
import { JobProgress, type Progress } from './progress.ts';

export type WaitOptions = {
  readonly id: string;
  readonly timeoutMs: number;
  readonly pollMs: number;
  /** Ends the wait at once, with the signal's reason as an exception. The job itself runs on. */
  readonly signal: AbortSignal;
  readonly report: (progress: Progress) => void;
};

export type Waited =
  | Extract<JobState, { at: 'finished' }>
  | { readonly at: 'timeout'; readonly last: 'running' | 'pending' }
  /** Was in the queue and then neither there nor in the history. */
  | { readonly at: 'vanished' }
  | { readonly at: 'unknown' };

/** Waits for the end of a job: asks every `pollMs`, and at once when the feed tells that something changed. */
export async function waitForJob(comfy: ComfyClient, feed: Feed, options: WaitOptions): Promise<Waited> {
  const deadline = performance.now() + options.timeoutMs;
  const bell = new Bell();
  let progress: JobProgress | undefined;
  const tell = (told: Progress | undefined): void => {
    if (told !== undefined) options.report(told);
  };
  const listening = feed.listen((event) => {
    if (concerns(event, options.id)) tell(progress?.note(event));
    if (event.type === 'queue_changed' || (event.type === 'ended' && event.promptId === options.id))
      bell.ring();
  });
  try {
    for (;;) {
      const state = await findJob(comfy, options.id, options.signal);
      if (state.at === 'finished') return state;
      if (state.at === 'unknown') return { at: progress === undefined ? 'unknown' : 'vanished' };
      progress ??= new JobProgress(state.item[2]);
      if (state.at === 'pending') tell(progress.waiting(state.position));
      const left = deadline - performance.now();
      if (left <= 0) return { at: 'timeout', last: state.at };
      await bell.heard(Math.min(options.pollMs, left), options.signal);
    }
  } finally {
    listening[Symbol.dispose]();
  }
}

function concerns(event: ComfyEvent, id: string): boolean {
  return 'promptId' in event && event.promptId === id;
}

/** Wakes whoever waits, or the next who does. */
class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when it rings, has rung since the last time, or after `ms`; rejects when `signal` aborts. */
  async heard(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = (): void => reject(signal.reason);
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', abort, { once: true });
    this.#wake = resolve;
    if (this.#rung) resolve();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#wake = undefined;
      this.#rung = false;
    }
  }
}
