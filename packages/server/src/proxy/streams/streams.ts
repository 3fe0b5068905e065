import { MAX_STREAMS_PER_GRANT } from '../../limits/index.ts';
import type { Opened, Pass } from '../opened.ts';

/** Why a stream ends: its grant opens nothing any more, or the gateway stops. */
export type StreamEnd = 'closed' | 'stopping';

/** Why there is no stream now, for the log and for the agent. */
export const NO_STREAM = {
  full: { outcome: 'limit', message: 'too many streams of this grant are open; close one first' },
  stopping: { outcome: 'error', message: 'the gateway is stopping' },
} as const;

/** A stream that an agent holds open, as far as it has to be told of changes. */
type OpenStream = {
  readonly grantId: string;
  readonly pass: Pass;
  /** What the pass opens now; told after every change, also one that does not concern it. */
  readonly follow: (opened: Opened) => void;
  readonly end: (why: StreamEnd) => void;
  /** What the agent knows of lists is not all that there is by now. */
  readonly outdated?: () => void;
  /** The answer to a request that has its own bound: it does not count as a stream of the grant. */
  readonly isAnswer?: true;
};

/** All open streams: how many each grant has, and what becomes of them when grants or the configuration change. */
export class Streams {
  /** What a pass opens now; undefined: nothing any more. */
  readonly lookUp: (pass: Pass) => Opened | undefined;
  readonly #open = new Set<OpenStream>();
  readonly #counts = new Map<string, number>();
  #isStopping = false;

  constructor(lookUp: (pass: Pass) => Opened | undefined) {
    this.lookUp = lookUp;
  }

  /** How to leave again, or why the stream cannot be opened. */
  enter(stream: OpenStream): (() => void) | keyof typeof NO_STREAM {
    if (this.#isStopping) return 'stopping';
    const count = this.#counts.get(stream.grantId) ?? 0;
    const counted = stream.isAnswer === true ? 0 : 1;
    if (count + counted > MAX_STREAMS_PER_GRANT) return 'full';
    this.#count(stream.grantId, counted);
    this.#open.add(stream);
    return () => {
      if (this.#open.delete(stream)) this.#count(stream.grantId, -counted);
    };
  }

  get size(): number {
    return this.#open.size;
  }

  /** Grants or the configuration may have changed. */
  changed(): void {
    for (const stream of [...this.#open]) {
      const opened = this.lookUp(stream.pass);
      if (opened === undefined) stream.end('closed');
      else stream.follow(opened);
    }
  }

  /** Lists of this grant show more than they did. */
  outdated(grantId: string): void {
    for (const stream of [...this.#open]) if (stream.grantId === grantId) stream.outdated?.();
  }

  /** The gateway stops: every stream ends, and none begins. */
  stop(): void {
    this.#isStopping = true;
    for (const stream of [...this.#open]) stream.end('stopping');
  }

  #count(grantId: string, by: number): void {
    const count = (this.#counts.get(grantId) ?? 0) + by;
    if (count > 0) this.#counts.set(grantId, count);
    else this.#counts.delete(grantId);
  }
}
