import type { Caller } from './capabilities.ts';
import { untilAborted } from './channel.ts';
import type {
  Listing,
  ListKind,
  Upstream,
  UpstreamAnswer,
  UpstreamDescription,
  UpstreamEvent,
  UpstreamRequest,
  Watched,
  Watching,
} from './contract.ts';
import { CANCELLED, toAnswer, toError } from './failures.ts';
import { Lane } from './lane.ts';
import type { Lanes } from './lanes.ts';
import { NOTHING } from './watch/watched.ts';

/** What watching a server comes to that cannot be reached. */
export function watchingNothing(): Watching {
  return { honoured: NOTHING, isCrowded: false, async [Symbol.asyncDispose]() {} };
}

/** A server as one caller sees it: over whichever lane its era and the caller's capabilities ask for. */
export class CallerUpstream implements Upstream {
  readonly #lanes: Lanes;
  readonly #caller: Caller;

  constructor(lanes: Lanes, caller: Caller) {
    this.#lanes = lanes;
    this.#caller = caller;
  }

  async describe(): Promise<UpstreamDescription> {
    const description = await (await this.#lane()).describe();
    if ('kind' in description) throw toError(description);
    return description;
  }

  async list(kind: ListKind, options?: { readonly fresh?: boolean }): Promise<Listing> {
    const listing = await (await this.#lane()).list(kind, options);
    if ('kind' in listing) throw toError(listing);
    return listing;
  }

  peekList(kind: ListKind): Listing | undefined {
    return this.#lanes.current(this.#caller)?.peekList(kind);
  }

  /** No detour where the lane is open: this is the way of every call. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const lane = this.#lanes.current(this.#caller);
    return lane === undefined ? this.#sendFirst(request) : lane.send(request, this.#caller);
  }

  async watch(wanted: Watched, listener: (event: UpstreamEvent) => void): Promise<Watching> {
    const lane = this.#lanes.current(this.#caller) ?? (await this.#lanes.place(this.#caller));
    if (lane instanceof Lane) return lane.hub.watch({ wanted, listener, caller: this.#caller });
    return watchingNothing();
  }

  async #lane(): Promise<Lane> {
    const lane = this.#lanes.current(this.#caller) ?? (await this.#lanes.place(this.#caller));
    if (lane instanceof Lane) return lane;
    throw toError(lane);
  }

  async #sendFirst(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const placing = this.#lanes.place(this.#caller);
    const lane = await untilAborted(placing, request.signal, undefined);
    if (lane === undefined) return toAnswer(CANCELLED.unsent);
    return lane instanceof Lane ? lane.send(request, this.#caller) : toAnswer(lane);
  }
}
