import { answerBudget } from './answer-room.ts';
import { LISTING_BOUNDS } from './bounds.ts';
import { type Caller, NO_CAPABILITIES, normalise } from './capabilities.ts';
import { cappedLog } from './capped-log.ts';
import { type Clock, systemClock } from './clock.ts';
import type {
  Asking,
  Confinement,
  ForwardProxy,
  ListingBounds,
  ServerSettings,
  Tokens,
  Upstreams,
} from './contract.ts';
import { type OpenServer, openServer } from './server.ts';
import { startFolder } from './stdio/folder.ts';
import type { Environment } from './stdio/launch.ts';

export type UpstreamsOptions = {
  /** A line for the log of a server, by its slug: what its process writes to stderr, and why it fails. */
  readonly log: (server: string, line: string) => void;
  /** Of the gateway: what servers see as the version of their client. */
  readonly version: string;
  /** The variables of the gateway's process, of which a server's process inherits PATH, HOME and LANG. */
  readonly environment: Environment;
  /** Through which servers are reached over HTTP; absent: none. */
  readonly proxy?: ForwardProxy | undefined;
  /** Where the gateway keeps its data: no process starts there unless its settings say so. */
  readonly dataFolder?: string;
  readonly clock?: Clock;
  /** How much of a list is taken; default: what a gateway can serve. */
  readonly listing?: ListingBounds;
  /** What all processes are held to together; default: they are servers in use, and held to nothing. */
  readonly confinement?: Confinement;
  /** Where the tokens of servers come from at which the gateway is signed in. */
  readonly tokens?: Tokens;
};

/** The connections to all registered servers (gateway §6). Nothing is opened before its first use. */
export function openUpstreams(options: UpstreamsOptions): Upstreams {
  const {
    version,
    environment,
    clock = systemClock,
    listing = LISTING_BOUNDS,
    confinement,
    proxy,
    tokens,
  } = options;
  const folder = startFolder(environment, options.dataFolder);
  const answers = answerBudget();
  const servers = new Map<string, OpenServer>();
  const closing = new Set<Promise<void>>();

  function open(settings: ServerSettings): OpenServer {
    const log = cappedLog(clock, (line) => options.log(settings.slug, line));
    const more = { ...(confinement && { confinement }), ...(tokens && { tokens }) };
    const opened = openServer(settings, {
      answers,
      clock,
      version,
      environment,
      folder,
      log,
      listing,
      proxy,
      ...more,
    });
    servers.set(settings.id, opened);
    return opened;
  }

  function close(id: string, server: OpenServer): Promise<void> {
    servers.delete(id);
    const closed = Promise.resolve(server[Symbol.asyncDispose]()).finally(() => closing.delete(closed));
    closing.add(closed);
    return closed;
  }

  return {
    for(settings, grantId, asking) {
      const caller = callerOf(grantId, asking);
      const known = servers.get(settings.id);
      if (known?.isFor(settings) === true) return known.upstreamFor(caller);
      if (known !== undefined) void close(settings.id, known);
      return open(settings).upstreamFor(caller);
    },
    async replace(registered) {
      const wanted = new Map(registered.map((settings) => [settings.id, settings]));
      const gone = [...servers].filter(([id, server]) => {
        const settings = wanted.get(id);
        return settings === undefined || !server.isFor(settings);
      });
      await Promise.all(gone.map(([id, server]) => close(id, server)));
      for (const settings of registered) if (!servers.has(settings.id)) open(settings);
    },
    states: () => [...servers.values()].map((server) => server.state()),
    async [Symbol.asyncDispose]() {
      await Promise.all([...servers].map(([id, server]) => close(id, server)));
      await Promise.all(closing);
    },
  };
}

/** Who says nothing of what it can be asked cannot be asked. */
function callerOf(grantId: string, asking: Asking | undefined): Caller {
  if (asking === undefined) return { grantId, capabilities: NO_CAPABILITIES, by: 'retry' };
  return { grantId, capabilities: normalise(asking.capabilities), by: asking.by };
}
