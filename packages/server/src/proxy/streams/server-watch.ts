import { WATCH_RETRY_MS } from '../../limits/index.ts';
import type { Upstream, UpstreamEvent, Watched, Watching } from '../../upstreams/index.ts';

type Listener = (event: UpstreamEvent) => void;

/** Something that is watched at one server until it is closed. A server that could not be reached is tried again. */
export class ServerWatch {
  /** What the server announces of it; does not change when a server that could not be reached comes back. */
  readonly honoured: Promise<Watched>;
  readonly #upstream: Upstream;
  readonly #wanted: Watched;
  readonly #listener: Listener;
  #watching: Watching | undefined;
  #isCrowded = false;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(upstream: Upstream, wanted: Watched, listener: Listener) {
    this.#upstream = upstream;
    this.#wanted = wanted;
    this.#listener = listener;
    this.honoured = this.#begin();
  }

  /** Something is not watched as too much is already; known when `honoured` is. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    void this.#watching?.[Symbol.asyncDispose]();
    this.#watching = undefined;
  }

  async #begin(): Promise<Watched> {
    const watching = await this.#upstream.watch(this.#wanted, (event) => {
      if (!this.#isClosed) this.#listener(event);
    });
    const { honoured, isCrowded } = watching;
    this.#isCrowded = isCrowded;
    if (this.#isClosed) void watching[Symbol.asyncDispose]();
    else this.#watching = watching;
    if (honoured.lists.length === 0 && honoured.resources.length === 0) void this.#retryIfUnreachable();
    return honoured;
  }

  async #retryIfUnreachable(): Promise<void> {
    const isReachable = await this.#upstream.describe().then(
      () => true,
      () => false,
    );
    if (isReachable || this.#isClosed) return;
    this.#retry = setTimeout(() => void this.#again(), WATCH_RETRY_MS).unref();
  }

  /** Whatever is watched counts as changed: nobody listened meanwhile. */
  async #again(): Promise<void> {
    void this.#watching?.[Symbol.asyncDispose]();
    this.#watching = undefined;
    const { lists, resources } = await this.#begin();
    if (this.#isClosed) return;
    for (const list of lists) this.#listener({ kind: 'list_changed', list });
    for (const uri of resources) this.#listener({ kind: 'resource_updated', uri, params: { uri } });
  }
}
