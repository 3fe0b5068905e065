import type { Server } from 'node:net';
import { mayAgentsSignIn } from '../exposure.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import type { HttpServer } from '../http-server/index.ts';
import { type Live, urlOf } from '../in-force/index.ts';
import { SHUTDOWN_GRACE_MS } from '../limits/index.ts';
import { isLoopbackHost, type ProxyContext } from '../proxy/index.ts';
import type { EndedSession } from '../store/index.ts';
import type { Counts } from '../telemetry/index.ts';
import type { UpstreamState } from '../upstreams/index.ts';
import { type Crew, handedAddress, MAX_WORKERS, openCrew } from '../workers/index.ts';
import { listen } from './listen.ts';

/** How requests come in: by this process alone, or by several that answer agents. */
export type Entrance = Pick<
  Crew,
  'changed' | 'ended' | 'heard' | 'look' | 'pids' | 'revised' | 'states' | 'stop'
>;

/** Where requests come from: with workers a request comes to the process that holds the store through one of them. */
export function addressReader({ workers = 1 }: Pick<GatewayOptions, 'workers'>): AddressReader {
  return workers > 1 ? handedAddress : ({ socket }) => socket.remoteAddress;
}

export type AddressReader = (request: {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}) => string | undefined;

/**
 * Whether others come in through a proxy, which on this machine makes them look like programs of it: it says so, or the gateway has an
 * address that is not this machine's.
 */
export function isReachedThroughProxy({ behindProxy = false, publicUrl }: ProxyOptions): boolean {
  return behindProxy || (publicUrl !== undefined && !isLoopbackHost(new URL(publicUrl).hostname));
}

type ProxyOptions = Pick<GatewayOptions, 'behindProxy' | 'publicUrl'>;

const ALONE: Entrance = {
  changed: () => undefined,
  ended: async () => undefined,
  heard: async () => undefined,
  look: () => undefined,
  pids: () => [],
  revised: () => undefined,
  states: () => [],
  stop: async () => undefined,
};

/** What holds the place of the entrance until there is one; what happens before is known to it when it opens. */
export class OpenedLater implements Entrance {
  #entrance = ALONE;

  opened(entrance: Entrance): void {
    this.#entrance = entrance;
  }

  changed = (): void => this.#entrance.changed();
  ended = (session: EndedSession): Promise<void> => this.#entrance.ended(session);
  heard = (): Promise<void> => this.#entrance.heard();
  look = (): void => this.#entrance.look();
  pids = (): readonly number[] => this.#entrance.pids();
  revised = (serverId: string, revision: number): void => this.#entrance.revised(serverId, revision);
  states = (): readonly UpstreamState[] => this.#entrance.states();
  stop = (): Promise<void> => this.#entrance.stop();
}

export function workersFault({ workers = 1 }: GatewayOptions): string | undefined {
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS)
    return `expected --workers to be a whole number from 1 to ${MAX_WORKERS}, found ${workers}`;
  if (workers > 1 && process.platform === 'win32')
    return 'expected one worker on Windows, which lacks the sockets that several need; leave --workers out';
  return undefined;
}

type Inside = {
  readonly http: HttpServer;
  readonly live: Live;
  readonly mayDecide: ProxyContext['mayDecide'];
  /** What all processes count together. */
  readonly counts: Counts;
};

/** Begins to listen, or says why that is not possible. */
export async function openEntrance(
  options: GatewayOptions,
  { counts, http, live, mayDecide }: Inside,
): Promise<{ readonly port: number; readonly entrance: Entrance } | { readonly problem: string }> {
  const { workers = 1 } = options;
  if (workers === 1) {
    const listening = await listen(http.server, options);
    return 'problem' in listening ? listening : { port: listening.port, entrance: ALONE };
  }
  const crew = await openCrew({
    count: workers,
    store: live.store,
    mayDecide,
    snapshots: live.snapshots,
    tokens: live.signIns,
    counts,
    registries: () => live.registries,
    ageMs: () => live.ageMs(),
    catchUp: () => live.catchUp(),
    log: options.log,
    environment: withoutOwn(options.environment),
    graceMs: options.http?.graceMs ?? SHUTDOWN_GRACE_MS,
    main: http.server,
    listen: (server: Server) => listen(server, options),
    beginning: (port) => ({
      url: urlOf(options, { ...live, port }),
      listenHost: options.host,
      isBehindProxy: options.behindProxy ?? false,
      mayAgentsSignIn: mayAgentsSignIn(options),
      ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
      ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
      ...(options.http === undefined ? {} : { http: options.http }),
    }),
  });
  return 'problem' in crew ? crew : { port: crew.port, entrance: crew };
}

/** What is for the gateway itself, the key of its secrets among it, is not for every process of it. */
function withoutOwn(environment: GatewayOptions['environment']): GatewayOptions['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('BOOMGATE_')));
}

/** How telling a state is of a server that several processes reach. */
const TELLING = [
  'idle',
  'stopped',
  'starting',
  'ready',
  'failing',
] as const satisfies readonly UpstreamState['state'][];

/** Of each server the most telling of what the processes say. */
export function statesOf(
  { upstreams }: Pick<Live, 'upstreams'>,
  entrance: Pick<Entrance, 'states'>,
): readonly UpstreamState[] {
  const states = new Map<string, UpstreamState>();
  for (const one of [...upstreams.states(), ...entrance.states()]) {
    const before = states.get(one.id);
    if (before === undefined || TELLING.indexOf(one.state) > TELLING.indexOf(before.state))
      states.set(one.id, one);
  }
  return [...states.values()];
}
