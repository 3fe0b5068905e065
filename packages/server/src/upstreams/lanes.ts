import { Budget } from '../budget.ts';
import {
  CAPABILITY_SETS,
  CAPABILITY_SETS_OF_GRANT,
  GRANT_IDLE_MS,
  PARKED_OF_GRANT,
  PARKED_PER_SERVER,
} from './bounds.ts';
import { type Caller, type CapabilitySet, NO_CAPABILITIES, withoutRoots } from './capabilities.ts';
import type { Channel, ChannelEvents, ChannelStatus } from './channel.ts';
import type { Clock } from './clock.ts';
import type { ListingBounds, ServerSettings } from './contract.ts';
import type { Eras, Manner } from './eras.ts';
import type { Failing } from './failures.ts';
import { Health } from './health.ts';
import { POST_REFUSED } from './http/probe.ts';
import { Lane } from './lane.ts';

export type LanesOptions = {
  readonly settings: ServerSettings;
  readonly eras: Eras;
  readonly openChannel: (manner: Manner, capabilities: CapabilitySet, events: ChannelEvents) => Channel;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly listing: ListingBounds;
};

/** The lanes of one grant, or of all, by the bits of what they declare. */
type Row = Map<number, Lane>;

const SHARED = '';

/**
 * All connections to one server: a modern one has one lane for everybody, as capabilities travel with each request; a
 * legacy one has a lane for every set of capabilities, as they are declared once; each grant has its own where the server
 * wants that.
 */
export class Lanes implements AsyncDisposable {
  readonly #options: LanesOptions;
  readonly #health: Health;
  readonly #rows = new Map<string, Row>();
  /** The grants by which lanes were opened for a set; others use them too. */
  readonly #openers = new WeakMap<Lane, string>();
  readonly #parkingPlaces = new Budget({ ofAll: PARKED_PER_SERVER, ofEach: PARKED_OF_GRANT });
  readonly #closing = new Set<Promise<void>>();
  #manner: Manner | undefined;
  #cancelSweep: (() => void) | undefined;
  #disposed = false;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#health = new Health(options.log);
  }

  /** The lane of a caller, when it is clear how the server is spoken to and no lane must be opened. */
  current(caller: Caller): Lane | undefined {
    const manner = this.#options.eras.known();
    return manner === undefined || manner !== this.#manner ? undefined : this.#find(caller, manner);
  }

  /** Finds out how the server is spoken to, if need be, and opens the lane. */
  async place(caller: Caller): Promise<Lane | Failing> {
    const verdict = await this.#options.eras.decide();
    if (verdict.kind === 'failing') return this.#health.fail(verdict);
    this.#health.succeed();
    const lane = this.#open(caller, verdict);
    if (verdict.unsure !== true) return lane;
    const described = await lane.describe();
    const isRefused = 'kind' in described && POST_REFUSED.has(described.httpStatus);
    if ('kind' in described && !isRefused) return lane;
    const settled = await this.#options.eras.settle(!isRefused);
    return settled === undefined ? lane : this.#open(caller, settled);
  }

  statuses(): readonly ChannelStatus[] {
    const probed = this.#health.status();
    const own: readonly ChannelStatus[] = probed.state === 'failing' ? [probed] : [];
    return [...own, ...this.#all().map((lane) => lane.status())];
  }

  #all(): Lane[] {
    return [...this.#rows.values()].flatMap((row) => [...row.values()]);
  }

  #find(caller: Caller, manner: Manner): Lane | undefined {
    return this.#rows.get(this.#rowOf(caller))?.get(this.#setOf(caller, manner).bits);
  }

  #rowOf({ grantId }: Caller): string {
    return this.#options.settings.isolation === 'grant' ? grantId : SHARED;
  }

  /**
   * What is declared for a caller. One that must call again can only be asked where exchanges may be parked (P §3.4). The roots of one
   * grant are not for the session of all: others could read them there, or would work in them.
   */
  #setOf({ capabilities, by }: Caller, { era }: Manner): CapabilitySet {
    const { isolation, parking } = this.#options.settings;
    if (era === 'modern' || (by === 'retry' && !parking)) return NO_CAPABILITIES;
    return isolation === 'grant' ? capabilities : withoutRoots(capabilities);
  }

  #open(caller: Caller, manner: Manner): Lane {
    if (this.#manner !== undefined && !isSame(this.#manner, manner)) this.#closeAll();
    this.#manner = manner;
    const rowKey = this.#rowOf(caller);
    const row = this.#rows.get(rowKey) ?? new Map<number, Lane>();
    this.#rows.set(rowKey, row);
    const wanted = this.#setOf(caller, manner);
    const set = row.has(wanted.bits) || this.#hasRoom(row, caller) ? wanted : NO_CAPABILITIES;
    const known = row.get(set.bits);
    if (known !== undefined) return known;
    const lane = this.#newLane(manner, set);
    row.set(set.bits, lane);
    if (set !== NO_CAPABILITIES) this.#openers.set(lane, caller.grantId);
    if (rowKey !== SHARED || set !== NO_CAPABILITIES) this.#sweepLater();
    return lane;
  }

  /** Agents choose what they declare, which must not cost a process each: beyond a few sets, nobody is asked. */
  #hasRoom(row: Row, { grantId }: Caller): boolean {
    if (row.size >= CAPABILITY_SETS) return false;
    if (this.#options.settings.isolation === 'grant') return true;
    const own = [...row.values()].filter((lane) => this.#openers.get(lane) === grantId);
    return own.length < CAPABILITY_SETS_OF_GRANT;
  }

  #newLane(manner: Manner, set: CapabilitySet): Lane {
    const { clock, log, listing, eras, openChannel, settings } = this.#options;
    const parks = settings.parking && manner.era === 'legacy' && set !== NO_CAPABILITIES;
    const lane = new Lane({
      manner,
      openChannel: (events) => openChannel(manner, set, events),
      clock,
      log,
      listing,
      onDoubt: () => eras.doubt(),
      ...(parks ? { parkingPlaces: this.#parkingPlaces } : {}),
    });
    if (this.#disposed) this.#close(lane);
    return lane;
  }

  #close(lane: Lane): void {
    const watchers = lane.hub.release();
    const closing = lane[Symbol.asyncDispose]().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    // Whoever watched goes on watching, on the lane that takes the place of this one.
    for (const watcher of watchers) {
      if (this.#disposed) return;
      void this.place(watcher.caller).then(async (next) => {
        if (next instanceof Lane) await next.hub.move(watcher);
      });
    }
  }

  #closeAll(): void {
    const lanes = this.#all();
    this.#rows.clear();
    for (const lane of lanes) this.#close(lane);
  }

  /** Closes what has not been used for long; the connection that is shared by all who cannot be asked stays. */
  #sweepLater(): void {
    this.#cancelSweep ??= this.#options.clock.after(GRANT_IDLE_MS / 10, () => {
      this.#cancelSweep = undefined;
      for (const [key, row] of this.#rows) this.#sweep(key, row);
      const hasBase = this.#rows.get(SHARED)?.has(NO_CAPABILITIES.bits) === true;
      if (this.#all().length > (hasBase ? 1 : 0)) this.#sweepLater();
    });
  }

  #sweep(key: string, row: Row): void {
    for (const [bits, lane] of row) {
      const isBase = key === SHARED && bits === NO_CAPABILITIES.bits;
      if (isBase || lane.idleMs() < GRANT_IDLE_MS) continue;
      row.delete(bits);
      this.#close(lane);
    }
    if (row.size === 0) this.#rows.delete(key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#cancelSweep?.();
    this.#closeAll();
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }
}

function isSame(a: Manner, b: Manner): boolean {
  return a.era === b.era && a.transport === b.transport;
}
