import {
  BACKOFF_FIRST_MS,
  BACKOFF_LAST_MS,
  HEALTHY_STREAM_MS,
  WATCH_END_MS,
  WATCH_PATIENCE_MS,
  WATCHED_OF_GRANT,
  WATCHED_RESOURCES,
} from '../bounds.ts';
import type { Caller } from '../capabilities.ts';
import type { Flow } from '../channel.ts';
import { type Clock, within } from '../clock.ts';
import type { UpstreamEvent, Watched, Watching } from '../contract.ts';
import type { Failing } from '../failures.ts';
import {
  concerns,
  everythingOf,
  intersectionOf,
  isNothing,
  isSame,
  NOTHING,
  type Shares,
  shareOut,
} from './watched.ts';

export type HubOptions = {
  readonly clock: Clock;
  /** Opens a flow for all that is wanted. */
  readonly listen: (wanted: Watched) => Promise<Flow | Failing>;
  /** What the server is known to announce of this, without asking it. */
  readonly offered: (wanted: Watched) => Watched;
  /** Told before the watchers that everything they watch counts as changed. */
  readonly onGap: () => void;
};

/** Somebody who watches; `hub` changes when the server is found to speak another era. */
export type Watcher = {
  readonly wanted: Watched;
  readonly listener: (event: UpstreamEvent) => void;
  readonly caller: Caller;
  hub: Hub;
  isOver: boolean;
};

const BOUNDS = { ofAll: WATCHED_RESOURCES, ofEach: WATCHED_OF_GRANT };

/**
 * Merges what many watch over one connection into one flow (P §3.3). A changed union opens the new flow before the old
 * one is closed, or after it is gone where it has to be. A flow that ends is opened again with growing patience. Where nobody
 * listened in between, everything watched counts as changed.
 */
export class Hub implements AsyncDisposable {
  readonly #options: HubOptions;
  readonly #watchers = new Set<Watcher>();
  #flow: Flow | undefined;
  /** Resolves when the one before is gone, where that has to be waited for. */
  #leaving: Promise<void> | undefined;
  #covered: Watched = NOTHING;
  #openedAtMs = 0;
  #arranging: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #failures = 0;
  /** Nobody listened for a while although somebody watched. */
  #hasGap = false;
  #disposed = false;

  constructor(options: HubOptions) {
    this.#options = options;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  async watch(watcher: Omit<Watcher, 'hub' | 'isOver'>): Promise<Watching> {
    const own: Watcher = { ...watcher, hub: this, isOver: false };
    const admitted = this.#admit(own).then(() => true);
    const isInTime = await within(admitted, {
      clock: this.#options.clock,
      ms: WATCH_PATIENCE_MS,
      late: false,
    });
    // It is taken for watched from now on, although nobody listens yet.
    if (!isInTime) own.hub.#hasGap = true;
    return {
      ...own.hub.#givenTo(own),
      [Symbol.asyncDispose]: () => own.hub.#leave(own),
    };
  }

  /** Takes a watcher of another hub: everything counts as changed for it, as nobody listened for it during its move. */
  async move(watcher: Watcher): Promise<void> {
    if (watcher.isOver) return;
    await this.#admit(watcher);
    this.#options.onGap();
    for (const event of everythingOf(watcher.wanted)) watcher.listener(event);
  }

  /** Gives up all watchers, for another hub to take. */
  release(): readonly Watcher[] {
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    return watchers;
  }

  tell(event: UpstreamEvent): void {
    if (this.#watchers.size === 0) return;
    for (const { wanted, listener } of [...this.#watchers]) if (concerns(wanted, event)) listener(event);
  }

  #admit(watcher: Watcher): Promise<void> {
    watcher.hub = this;
    this.#watchers.add(watcher);
    return this.#arrange();
  }

  #leave(watcher: Watcher): Promise<void> {
    watcher.isOver = true;
    this.#watchers.delete(watcher);
    return this.#arrange();
  }

  #shares(): Shares {
    return shareOut(this.#disposed ? [] : this.#watchers, BOUNDS);
  }

  #givenTo({ caller, wanted }: Watcher): Pick<Watching, 'honoured' | 'isCrowded'> {
    const shares = this.#shares();
    const covered = intersectionOf(wanted, shares.of(caller.grantId));
    const isCrowded = !this.#disposed && covered.resources.length < wanted.resources.length;
    const isCovered = this.#flow !== undefined && isSame(this.#covered, shares.union);
    const honoured = isCovered
      ? intersectionOf(covered, this.#flow?.honoured ?? NOTHING)
      : this.#options.offered(covered);
    return { honoured, isCrowded };
  }

  /** One arrangement at a time; whoever comes meanwhile is covered by its next round. */
  #arrange(): Promise<void> {
    this.#arranging ??= this.#cover();
    return this.#arranging;
  }

  async #cover(): Promise<void> {
    await undefined; // `#arranging` is set by now
    try {
      for (;;) {
        const wanted = this.#shares().union;
        if (isNothing(wanted)) return this.#rest();
        if (isSame(wanted, this.#covered) || this.#cancelRetry !== undefined) return;
        await this.#makeWay();
        const opened = await this.#options.listen(wanted);
        if (opened.kind === 'failing') return this.#retryLater();
        this.#adopt(opened, wanted);
      }
    } finally {
      // In the same turn as the last look: who comes now is covered by the next arrangement.
      this.#arranging = undefined;
    }
  }

  /** Ends the flow that there is where no other one may begin beside it. */
  async #makeWay(): Promise<void> {
    if (this.#flow?.gone !== undefined) {
      this.#hasGap = true;
      this.#drop();
    }
    const { clock } = this.#options;
    if (this.#leaving !== undefined)
      await within(this.#leaving, { clock, ms: WATCH_END_MS, late: undefined });
    this.#leaving = undefined;
  }

  #drop(): void {
    const flow = this.#flow;
    this.#flow = undefined;
    this.#covered = NOTHING;
    flow?.close();
    this.#leaving = flow?.gone;
  }

  #adopt(opened: Flow, wanted: Watched): void {
    const old = this.#flow;
    this.#flow = opened;
    this.#covered = wanted;
    this.#openedAtMs = this.#options.clock.now();
    old?.close();
    void opened.ended.then(() => this.#onEnded(opened));
    if (!this.#hasGap) return;
    this.#hasGap = false;
    this.#options.onGap();
    for (const { wanted: watched, listener } of [...this.#watchers])
      for (const event of everythingOf(watched)) listener(event);
  }

  #onEnded(ended: Flow): void {
    if (this.#flow !== ended) return;
    this.#drop();
    if (this.#options.clock.now() - this.#openedAtMs >= HEALTHY_STREAM_MS) this.#failures = 0;
    this.#retryLater();
  }

  /** Nobody watches: nothing stays open. */
  #rest(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#failures = 0;
    this.#hasGap = false;
    this.#drop();
  }

  #retryLater(): void {
    if (this.#disposed || this.#watchers.size === 0) {
      this.#rest();
      return;
    }
    this.#hasGap = true;
    const waitMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** (this.#failures - 1));
    this.#cancelRetry ??= this.#options.clock.after(this.#failures === 0 ? 0 : waitMs, () => {
      this.#cancelRetry = undefined;
      void this.#arrange();
    });
    this.#failures += 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#watchers.clear();
    this.#rest();
    await this.#arranging;
  }
}
