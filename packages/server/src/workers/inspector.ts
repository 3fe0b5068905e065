import { type Clock, RECORD_RETRY_MS } from '../limits/index.ts';
import type { ProxyContext, Registry } from '../proxy/index.ts';
import { type Inspected, inspectedAs, type Snapshots, verdictsOf } from '../snapshots/index.ts';
import type { Answers, Line } from '../store/index.ts';
import type { Listing, ServerSettings } from '../upstreams/index.ts';
import type { WorkerAsks, WorkerNews } from './asks.ts';

type Entry = {
  readonly server: string;
  readonly inspected: Inspected;
  readonly revision: number;
  readonly untilMs: number;
};

/**
 * Looks at listings by asking the process that holds the store: the first listing of a server is accepted, and of two processes
 * that each saw one only one can be first.
 */
export class Inspector {
  readonly #line: Pick<Line<WorkerAsks, WorkerNews>, 'ask'>;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #entries = new WeakMap<Listing, Entry>();
  readonly #looking = new WeakMap<Listing, Promise<Inspected>>();
  readonly #revisions = new Map<string, number>();

  constructor(line: Pick<Line<WorkerAsks, WorkerNews>, 'ask'>, clock: Pick<Clock, 'monotonicMs'>) {
    this.#line = line;
    this.#clock = clock;
  }

  of(listing: Listing): Inspected | undefined {
    const entry = this.#entries.get(listing);
    if (entry === undefined || entry.revision !== this.revisionOf(entry.server)) return undefined;
    return this.#clock.monotonicMs() < entry.untilMs ? entry.inspected : undefined;
  }

  async inspect(server: ServerSettings, listing: Listing): Promise<Inspected> {
    const done = this.of(listing) ?? this.#looking.get(listing);
    if (done !== undefined) return done;
    const looked = this.#inspect(server, listing).finally(() => this.#looking.delete(listing));
    this.#looking.set(listing, looked);
    return looked;
  }

  revisionOf(serverId: string): number {
    return this.#revisions.get(serverId) ?? 0;
  }

  wordsFor(...[server, tool, held]: Parameters<ProxyContext['snapshots']['wordsFor']>): Promise<string> {
    return this.#line.ask('heldWords', { server: server.id, tool, held });
  }

  /** Other tools of a server are held than before. */
  revised(serverId: string, revision: number): void {
    this.#revisions.set(serverId, revision);
  }

  async #inspect(server: ServerSettings, listing: Listing): Promise<Inspected> {
    const body = { server: server.id, tools: [...listing.byKey] };
    const { isRecorded, revision, verdicts } = await this.#line.ask('inspect', body);
    const inspected = inspectedAs(listing, verdicts);
    const untilMs = isRecorded ? Number.POSITIVE_INFINITY : this.#clock.monotonicMs() + RECORD_RETRY_MS;
    this.revised(server.id, revision);
    this.#entries.set(listing, { server: server.id, inspected, revision, untilMs });
    return inspected;
  }
}

type InspectorOptions = {
  readonly snapshots: Snapshots;
  readonly registries: () => ReadonlyMap<string, Registry>;
};

/** The other end. */
export function serveInspector({
  registries,
  snapshots,
}: InspectorOptions): Pick<Answers<WorkerAsks>, 'inspect' | 'heldWords'> {
  const serverOf = (id: string): ServerSettings => {
    for (const { servers } of registries().values()) {
      const found = servers.get(id);
      if (found?.id === id) return found;
    }
    throw new Error('expected a server that is registered, found one that is gone');
  };
  return {
    inspect: async ({ server: id, tools }) => {
      const server = serverOf(id);
      const items = tools.map(([, item]) => item);
      const listing: Listing = { items, byKey: new Map(tools), dropped: [] };
      const inspected = await snapshots.inspect(server, listing);
      return {
        verdicts: verdictsOf(inspected),
        revision: snapshots.revisionOf(id),
        isRecorded: snapshots.isRecorded(listing),
      };
    },
    heldWords: ({ held, server, tool }) => snapshots.wordsFor(serverOf(server), tool, held),
  };
}
