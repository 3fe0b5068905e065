import type { Budget } from '../budget.ts';
import { LISTING_TTL_MS } from './bounds.ts';
import { type Caller, mayBeAskedDuring } from './capabilities.ts';
import type { Channel, ChannelEvents, ChannelStatus, Flow } from './channel.ts';
import type { Clock } from './clock.ts';
import type {
  Listing,
  ListingBounds,
  ListKind,
  UpstreamAnswer,
  UpstreamDescription,
  UpstreamEvent,
  UpstreamRequest,
  Watched,
} from './contract.ts';
import type { Manner } from './eras.ts';
import { type Failing, failing, type Outcome, toAnswer } from './failures.ts';
import { Health } from './health.ts';
import { readModernResult, readUrlElicitation } from './input-required.ts';
import { fetchListing } from './listing/fetch.ts';
import { type FetchedValue, type Remembered, remember } from './listing/remembered.ts';
import { GATEWAY } from './own-request.ts';
import { nothingParked, Parking } from './parking/parking.ts';
import { CODES } from './protocol.ts';
import { staleListings } from './watch/events.ts';
import { Hub } from './watch/hub.ts';
import { isNothing, NOTHING, offeredOf } from './watch/watched.ts';

export type LaneOptions = {
  readonly manner: Manner;
  readonly openChannel: (events: ChannelEvents) => Channel;
  readonly clock: Clock;
  /** Told each failure that differs from the last, for the operator. */
  readonly log: (detail: string) => void;
  readonly listing: ListingBounds;
  /** Something speaks against the manner in which the server is spoken to. */
  readonly onDoubt: () => void;
  /** Where exchanges are parked; absent where the server may not ask agents that must call again. */
  readonly parkingPlaces?: Budget;
};

const closed = failing('stopped', 'the connection was closed by the gateway', { acted: 'no' });

/** One connection to a server with what it offers there, for all callers whose capabilities it declared (P §3.3). */
export class Lane implements AsyncDisposable {
  readonly manner: Manner;
  readonly hub: Hub;
  readonly #options: LaneOptions;
  readonly #channel: Channel;
  readonly #listings: Readonly<Record<ListKind, Remembered<Listing>>>;
  readonly #description: Remembered<UpstreamDescription>;
  readonly #health: Health;
  readonly #parking: Parking | undefined;
  #lastUsedMs: number;
  #open = 0;
  #disposed = false;

  constructor(options: LaneOptions) {
    const { clock, manner, parkingPlaces } = options;
    this.manner = manner;
    this.#options = options;
    this.#lastUsedMs = clock.now();
    this.#health = new Health(options.log);
    this.#parking = parkingPlaces && new Parking(clock, parkingPlaces);
    const listing = (kind: ListKind) => remember(() => this.#fetchListing(kind), clock);
    this.#listings = {
      tools: listing('tools'),
      prompts: listing('prompts'),
      resources: listing('resources'),
      resourceTemplates: listing('resourceTemplates'),
    };
    this.#description = remember(() => this.#fetchDescription(), clock);
    this.#channel = options.openChannel({ onEvent: (event) => this.#onEvent(event) });
    this.hub = new Hub({
      clock,
      listen: (wanted) => this.#listen(wanted),
      offered: (wanted) => offeredOf(wanted, this.#description.peek()?.capabilities ?? {}),
      onGap: () => this.#forgetListings(),
    });
  }

  describe(): Promise<UpstreamDescription | Failing> {
    return this.#description.get();
  }

  list(kind: ListKind, options?: { readonly fresh?: boolean }): Promise<Listing | Failing> {
    this.#lastUsedMs = this.#options.clock.now();
    return this.#listings[kind].get(options);
  }

  peekList(kind: ListKind): Listing | undefined {
    this.#lastUsedMs = this.#options.clock.now();
    return this.#listings[kind].current();
  }

  async send(request: UpstreamRequest, caller: Caller): Promise<UpstreamAnswer> {
    this.#open += 1;
    const outcome = await this.#exchange(request, caller);
    this.#open -= 1;
    this.#lastUsedMs = this.#options.clock.now();
    return toAnswer(this.#learn(outcome));
  }

  /** For `states()`: what the process says of itself, else what the last requests came to. */
  status(): ChannelStatus {
    return this.#channel.status?.() ?? this.#health.status();
  }

  /** Milliseconds since the last use; 0 while a request is open, an exchange is parked or somebody watches. */
  idleMs(): number {
    const isUsed = this.#open > 0 || this.hub.isWatched || (this.#parking?.size ?? 0) > 0;
    return isUsed ? 0 : this.#options.clock.now() - this.#lastUsedMs;
  }

  #exchange(request: UpstreamRequest, caller: Caller): Promise<Outcome> {
    if (this.#disposed) return Promise.resolve(closed);
    const parking = caller.by === 'retry' && mayBeAskedDuring(request.method) ? this.#parking : undefined;
    // The state of an exchange that is not here must not begin a new one.
    if (parking === undefined && this.manner.era === 'legacy' && request.requestState !== undefined)
      return Promise.resolve(nothingParked);
    if (parking === undefined) return this.#sendOnce(request, caller);
    return parking.send(request, caller, (parkable) => this.#sendOnce(parkable, caller));
  }

  async #sendOnce(request: UpstreamRequest, caller: Caller): Promise<Outcome> {
    const outcome = await this.#channel.send(request, caller);
    return this.manner.era === 'modern'
      ? readModernResult(outcome, request.method, caller)
      : readUrlElicitation(outcome, request.method, caller);
  }

  async #fetchDescription(): Promise<FetchedValue<UpstreamDescription>> {
    const found = this.#disposed ? closed : await this.#channel.describe();
    if ('kind' in found) return this.#note(found);
    return { kind: 'value', value: found, ttlMs: LISTING_TTL_MS };
  }

  async #fetchListing(kind: ListKind): Promise<FetchedValue<Listing>> {
    const description = await this.#description.get();
    if ('kind' in description) return description;
    const { era, capabilities } = description;
    const send = (request: UpstreamRequest) => this.#sendOnce(request, GATEWAY);
    const { listing: bounds, clock } = this.#options;
    const found = await fetchListing(kind, { send, era, capabilities, bounds }, clock);
    if (found.kind === 'failing') return this.#note(found);
    for (const { key, reason } of found.listing.dropped)
      this.#options.log(`${kind}: dropped ${JSON.stringify(key)}: ${reason}`);
    return { kind: 'value', value: found.listing, ttlMs: found.ttlMs };
  }

  /** What the server does not announce is not listened for, so that a flow without announcements costs nothing. */
  async #listen(wanted: Watched): Promise<Flow | Failing> {
    const description = await this.#description.get();
    if ('kind' in description) return description;
    const offered = offeredOf(wanted, description.capabilities);
    if (!isNothing(offered)) return this.#channel.listen(offered);
    return { kind: 'flow', honoured: NOTHING, ended: new Promise(() => {}), close() {} };
  }

  #onEvent(event: UpstreamEvent): void {
    if (event.kind === 'list_changed')
      for (const kind of staleListings[event.list]) this.#listings[kind].invalidate();
    this.hub.tell(event);
  }

  #forgetListings(): void {
    for (const listing of Object.values(this.#listings)) listing.invalidate();
  }

  /** What an outcome tells about the server, beside the answer itself. */
  #learn(outcome: Outcome): Outcome {
    if (outcome.kind === 'failing') return this.#note(outcome);
    this.#health.succeed();
    if (outcome.kind === 'error' && outcome.error.code === CODES.unsupportedVersion) this.#options.onDoubt();
    // The schema from which the headers were made is not the server's any more (P §1.11).
    if (outcome.kind === 'error' && outcome.error.code === CODES.headerMismatch)
      this.#listings.tools.invalidate();
    return outcome;
  }

  #note(failure: Failing): Failing {
    // Neither an agent that went away nor one that came too late says anything of the server.
    if (failure.code === 'cancelled' || failure.message !== undefined) return failure;
    // A refusal of the protocol itself may mean that the server was upgraded or replaced.
    if (failure.code === 'bad_answer' && failure.acted === 'no') this.#options.onDoubt();
    return this.#health.fail(failure);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#parking?.[Symbol.dispose]();
    const hub = this.hub[Symbol.asyncDispose]();
    await this.#channel[Symbol.asyncDispose]();
    await hub;
  }
}
