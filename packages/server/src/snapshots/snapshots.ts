import { type Clock, RECORD_RETRY_MS } from '../limits/index.ts';
import type { Store, ToolOwner } from '../store/index.ts';
import type { Listing, ServerSettings } from '../upstreams/index.ts';
import { Book } from './book.ts';
import { classificationOf } from './classification.ts';
import { type SeenTool, seenTool } from './fingerprint.ts';
import { heldWords } from './held-words.ts';
import { type HeldTool, type Inspected, inspectedOf } from './inspected.ts';
import { Intake, TooManyNew } from './intake.ts';
import { type ClassifiedTool, changeOf, waits } from './judge.ts';
import { inLots } from './lots.ts';
import { type SnapshotLog, tell } from './tell.ts';

type SnapshotsOptions = {
  readonly store: Pick<Store, 'tools'>;
  readonly clock: Clock;
  /** Of this program, as classes depend on it. */
  readonly version: string;
  readonly log: SnapshotLog;
  /** Told when other tools of a server are held than before. */
  readonly onRevision?: (serverId: string, revision: number) => void;
};

/** One server, from the first listing on. */
type Known = {
  readonly id: string;
  readonly owner: ToolOwner;
  /** Undefined until the store was read. */
  book: Book | undefined;
  readonly intake: Intake;
  /** Grows when a definition is held or accepted: what was inspected before counts no more. */
  revision: number;
  /** Listings of one server are looked at one after the other, so that two connections cannot both be the first. */
  queue: Promise<unknown>;
};

type Entry = {
  readonly known: Known;
  readonly listing: readonly ClassifiedTool[];
  readonly inspected: Inspected;
  readonly revision: number;
  /** Set when it could not be recorded: it counts until then, on the monotonic clock. */
  readonly untilMs?: number;
};

/**
 * Looks at each listing of tools once: fingerprints, classes, drift. Afterwards a call costs one look-up. What cannot be
 * recorded never widens access: then every change of a tool that could do harm is held.
 */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #servers = new Map<string, Known>();
  readonly #entries = new WeakMap<Listing, Entry>();
  #hasMissed = false;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** A listing that was looked at, or undefined. The hot path. */
  of(listing: Listing): Inspected | undefined {
    const entry = this.#entries.get(listing);
    if (entry === undefined || entry.revision !== entry.known.revision) return undefined;
    if (entry.untilMs !== undefined && this.#options.clock.monotonicMs() >= entry.untilMs) return undefined;
    return entry.inspected;
  }

  /** Looks at a listing of a server, if need be. Never rejects for what the store cannot do. */
  async inspect(server: ServerSettings, listing: Listing): Promise<Inspected> {
    const done = this.of(listing);
    if (done !== undefined) return done;
    const known = this.#knownOf(server);
    const looked = known.queue.then(() => this.of(listing) ?? this.#inspect(server, known, listing));
    known.queue = looked.catch(() => undefined);
    return looked;
  }

  /** Whether what is known of a listing is kept; else it is looked at again soon. */
  isRecorded(listing: Listing): boolean {
    const entry = this.#entries.get(listing);
    return entry !== undefined && entry.untilMs === undefined;
  }

  /** Differs from before when other tools of the server are held than before. */
  revisionOf(serverId: string): number {
    return this.#servers.get(serverId)?.revision ?? 0;
  }

  /** Milliseconds for which no more new definitions of the server are recorded, as it showed too many; 0 as a rule. */
  holdsBackMs(serverId: string): number {
    return this.#servers.get(serverId)?.intake.fullForMs(this.#options.clock.monotonicMs()) ?? 0;
  }

  /** Forgets every server but these: what comes again is read from the store anew. */
  retain(serverIds: ReadonlySet<string>): void {
    for (const id of this.#servers.keys()) if (!serverIds.has(id)) this.#servers.delete(id);
  }

  /** Rereads what another process may have accepted; cheap when nothing is held or nobody wrote. Rejects with `StoreError`. */
  async refresh(): Promise<void> {
    const holding = [...this.#servers.values()].filter(
      ({ book }) => book !== undefined && book.heldText !== '',
    );
    if (holding.length === 0) return;
    const hasNews = this.#options.store.tools.hasNews();
    if (!hasNews && !this.#hasMissed) return;
    // What cannot be read now is read at the next look.
    this.#hasMissed = true;
    for (const known of holding) {
      const loaded = known.queue.then(() => this.#load(known));
      known.queue = loaded.catch(() => undefined);
      await loaded;
    }
    this.#hasMissed = false;
  }

  /** Why a held tool is refused, for its agent; without a word that its server wrote. */
  async wordsFor(server: ServerSettings, tool: string, held: HeldTool): Promise<string> {
    const snapshots = await this.#options.store.tools.list({ ...ownerOf(server), tool });
    return heldWords({ server: server.slug, tool, held }, snapshots);
  }

  #knownOf(server: ServerSettings): Known {
    const known = this.#servers.get(server.id) ?? {
      id: server.id,
      owner: ownerOf(server),
      book: undefined,
      intake: new Intake(),
      revision: 0,
      queue: Promise.resolve(),
    };
    this.#servers.set(server.id, known);
    return known;
  }

  async #inspect(server: ServerSettings, known: Known, listing: Listing): Promise<Inspected> {
    const before = this.#entries.get(listing);
    const seen = before?.listing ?? (await inLots(listing.byKey, ([name, item]) => seenTool(name, item)));
    try {
      const book = known.book ?? (await this.#load(known));
      if (before !== undefined && before.untilMs === undefined)
        return this.#keep(listing, {
          known,
          listing: before.listing,
          inspected: inspectedOf(before.listing, book),
        });
      const tools = await this.#classified(server, seen, book);
      return this.#keep(listing, {
        known,
        listing: tools,
        inspected: inspectedOf(tools, await this.#recorded(server, known, tools)),
      });
    } catch (error) {
      this.#tellUnrecorded(server, error);
      const retryMs = this.#options.clock.monotonicMs() + RECORD_RETRY_MS;
      const untilMs = error instanceof TooManyNew ? error.untilMs : retryMs;
      return this.#unrecorded(server, known, { listing, seen, untilMs });
    }
  }

  #tellUnrecorded(server: ServerSettings, error: unknown): void {
    if (error instanceof TooManyNew && !error.isNews) return;
    this.#options.log.warn(
      { server: server.slug, error: String(error) },
      'tools could not be recorded: new and changed ones that could do harm are held',
    );
  }

  /** Writes what the listing changes; gives what is known then. */
  async #recorded(server: ServerSettings, known: Known, tools: readonly ClassifiedTool[]): Promise<Book> {
    const { clock, store } = this.#options;
    const book = known.book ?? new Book([]);
    const judging = { book, owner: known.owner, setting: server.drift, nowMs: clock.wallMs() };
    const change = changeOf(tools, judging);
    if (change.seen.length === 0 && change.gone.length === 0) return book;
    if (!book.isEmpty) {
      const fresh = change.seen.filter((one) => book.find(one) === undefined);
      known.intake.take(fresh.length, clock.monotonicMs());
    }
    await store.tools.record(judging.owner, change);
    tell(this.#options.log, { server: server.slug, book, seen: change.seen });
    return this.#load(known);
  }

  async #load(known: Known): Promise<Book> {
    const before = known.book;
    const book = new Book(await this.#options.store.tools.known(known.owner));
    known.book = book;
    if (before !== undefined && before.heldText !== book.heldText) {
      known.revision += 1;
      this.#options.onRevision?.(known.id, known.revision);
    }
    return book;
  }

  /** A definition keeps the class that it had when it was first seen, until another version of this program classifies it. */
  #classified(
    server: ServerSettings,
    seen: readonly SeenTool[],
    book: Book,
  ): Promise<readonly ClassifiedTool[]> {
    const { version } = this.#options;
    const around = { server: server.slug, siblings: seen.map(({ tool }) => tool) };
    return inLots(seen, (one) => {
      const stored = book.find(one)?.classification;
      const classification = stored?.by === version ? stored : classificationOf(one, around, version);
      return { ...one, classification };
    });
  }

  /** The store fails: what is known to be accepted goes on, of the rest only what can do no harm. */
  async #unrecorded(
    server: ServerSettings,
    known: Known,
    of: { readonly listing: Listing; readonly seen: readonly SeenTool[]; readonly untilMs: number },
  ): Promise<Inspected> {
    const { listing, seen, untilMs } = of;
    const book = known.book ?? new Book([]);
    const tools = await this.#classified(server, seen, book);
    const passes = (one: ClassifiedTool): boolean => !waits(one, { book, setting: server.drift });
    return this.#keep(listing, {
      known,
      listing: tools,
      inspected: inspectedOf(tools, book, passes),
      untilMs,
    });
  }

  #keep(listing: Listing, entry: Omit<Entry, 'revision'>): Inspected {
    this.#entries.set(listing, { ...entry, revision: entry.known.revision });
    return entry.inspected;
  }
}

function ownerOf({ organization, slug }: ServerSettings): ToolOwner {
  return { organization, server: slug };
}
