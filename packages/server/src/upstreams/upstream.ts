import { LISTING_TTL_MS } from './bounds.ts';
import { type Channel, type ChannelEvents, type ChannelStatus, untilAborted } from './channel.ts';
import type { Clock } from './clock.ts';
import type {
  Era,
  Listing,
  ListKind,
  Upstream,
  UpstreamAnswer,
  UpstreamDescription,
  UpstreamRequest,
  Watching,
} from './contract.ts';
import type { Eras } from './eras.ts';
import { UNSUPPORTED_VERSION } from './evidence.ts';
import { type Failing, failing, type Outcome, toAnswer, toError } from './failures.ts';
import { fetchListing } from './listing/fetch.ts';
import { type FetchedValue, type Remembered, remember } from './listing/remembered.ts';

export type UpstreamOptions = {
  readonly eras: Eras;
  readonly openChannel: (era: Era, events: ChannelEvents) => Channel;
  readonly clock: Clock;
  /** Told each failure that differs from the last, for the operator. */
  readonly log: (detail: string) => void;
};

const cancelled = failing('cancelled', 'the request was cancelled', { acted: 'no' });
const closed = failing('stopped', 'the connection was closed by the gateway', { acted: 'no' });
const HEADER_MISMATCH = -32020;

/** The contract's upstream over whichever channel the era of the server asks for. */
export class OpenUpstream implements Upstream, AsyncDisposable {
  readonly #options: UpstreamOptions;
  readonly #listings: Readonly<Record<ListKind, Remembered<Listing>>>;
  readonly #description: Remembered<UpstreamDescription>;
  #channel: Channel | undefined;
  #closing: Promise<void>[] = [];
  #disposed = false;
  #lastFailure: Failing | undefined;
  #succeeded = false;
  #lastUsedMs: number;
  #open = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#lastUsedMs = options.clock.now();
    const listing = (kind: ListKind) => remember(() => this.#fetchListing(kind), options.clock);
    this.#listings = {
      tools: listing('tools'),
      prompts: listing('prompts'),
      resources: listing('resources'),
      resourceTemplates: listing('resourceTemplates'),
    };
    this.#description = remember(() => this.#fetchDescription(), options.clock);
  }

  async describe(): Promise<UpstreamDescription> {
    const description = await this.#description.get();
    if ('kind' in description) throw toError(description);
    return description;
  }

  async list(kind: ListKind, options?: { readonly fresh?: boolean }): Promise<Listing> {
    this.#lastUsedMs = this.#options.clock.now();
    const listing = await this.#listings[kind].get(options);
    if ('kind' in listing) throw toError(listing);
    return listing;
  }

  peekList(kind: ListKind): Listing | undefined {
    return this.#listings[kind].peek();
  }

  async send(request: UpstreamRequest): Promise<UpstreamAnswer> {
    this.#open += 1;
    const channel = this.#current() ?? (await untilAborted(this.#connect(), request.signal, cancelled));
    const outcome = this.#learn('kind' in channel ? channel : await channel.send(request));
    this.#open -= 1;
    this.#lastUsedMs = this.#options.clock.now();
    return toAnswer(outcome);
  }

  /** No driver listens to a server between requests, so that nothing can be watched. */
  async watch(): Promise<Watching> {
    return { honoured: { lists: [], resources: [] }, async [Symbol.asyncDispose]() {} };
  }

  /** For `states()`: what the process says of itself, else what the last requests came to. */
  status(): ChannelStatus {
    const own = this.#channel?.status?.();
    if (own !== undefined) return own;
    if (this.#lastFailure !== undefined) return { state: 'failing', reason: this.#lastFailure.detail };
    return { state: this.#succeeded ? 'ready' : 'idle' };
  }

  /** Milliseconds since the last use; 0 while a request is open. */
  idleMs(): number {
    return this.#open > 0 ? 0 : this.#options.clock.now() - this.#lastUsedMs;
  }

  #current(): Channel | undefined {
    if (this.#disposed || this.#channel === undefined) return undefined;
    return this.#channel.era === this.#options.eras.known() ? this.#channel : undefined;
  }

  async #connect(): Promise<Channel | Failing> {
    const verdict = await this.#options.eras.decide();
    if (this.#disposed) return closed;
    if (verdict.kind === 'failing') return verdict;
    if (this.#channel?.era === verdict.era) return this.#channel;
    if (this.#channel !== undefined)
      this.#closing.push(Promise.resolve(this.#channel[Symbol.asyncDispose]()));
    const onListChanged = (kind: ListKind) => this.#listings[kind].invalidate();
    this.#channel = this.#options.openChannel(verdict.era, { onListChanged });
    return this.#channel;
  }

  async #fetchDescription(): Promise<FetchedValue<UpstreamDescription>> {
    const channel = this.#current() ?? (await this.#connect());
    const found = 'kind' in channel ? channel : await channel.describe();
    if ('kind' in found) return this.#note(found);
    return { kind: 'value', value: found, ttlMs: LISTING_TTL_MS };
  }

  async #fetchListing(kind: ListKind): Promise<FetchedValue<Listing>> {
    const description = await this.#description.get();
    const channel = this.#current() ?? (await this.#connect());
    if ('kind' in description) return description;
    if ('kind' in channel) return this.#note(channel);
    const { capabilities } = description;
    const found = await fetchListing(kind, { channel, capabilities }, this.#options.clock);
    if (found.kind === 'failing') return this.#note(found);
    for (const { key, reason } of found.listing.dropped)
      this.#options.log(`${kind}: dropped ${JSON.stringify(key)}: ${reason}`);
    return { kind: 'value', value: found.listing, ttlMs: found.ttlMs };
  }

  /** What an outcome tells about the server, beside the answer itself. */
  #learn(outcome: Outcome): Outcome {
    if (outcome.kind === 'failing') return this.#note(outcome);
    this.#lastFailure = undefined;
    this.#succeeded = true;
    if (outcome.kind === 'error' && outcome.error.code === UNSUPPORTED_VERSION) this.#options.eras.doubt();
    // The schema from which the headers were made is not the server's any more (P §1.11).
    if (outcome.kind === 'error' && outcome.error.code === HEADER_MISMATCH) this.#listings.tools.invalidate();
    return outcome;
  }

  #note(failure: Failing): Failing {
    if (failure.code === 'cancelled') return failure;
    // A refusal of the protocol itself may mean that the server was upgraded or replaced.
    if (failure.code === 'bad_answer' && failure.acted === 'no') this.#options.eras.doubt();
    if (this.#lastFailure?.detail !== failure.detail) this.#options.log(failure.detail);
    this.#lastFailure = failure;
    return failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#channel?.[Symbol.asyncDispose]();
    await Promise.all(this.#closing);
  }
}
