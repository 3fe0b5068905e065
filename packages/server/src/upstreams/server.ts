import { isDeepStrictEqual } from 'node:util';
import { GRANT_IDLE_MS } from './bounds.ts';
import type { Channel, ChannelEvents, ChannelStatus } from './channel.ts';
import type { Clock } from './clock.ts';
import type { Era, ServerSettings, Upstream, UpstreamState } from './contract.ts';
import { openEgress } from './egress.ts';
import { type Eras, openEras, type Verdict } from './eras.ts';
import { type Failing, toAnswer, toError } from './failures.ts';
import { openLegacyHttp } from './http/legacy.ts';
import { openModernHttp } from './http/modern.ts';
import { probeHttp } from './http/probe.ts';
import { openStdio } from './stdio/channel.ts';
import type { Environment } from './stdio/launch.ts';
import { probeStdio } from './stdio/probe.ts';
import { OpenUpstream } from './upstream.ts';

export type ServerOptions = {
  readonly clock: Clock;
  readonly version: string;
  readonly environment: Environment;
  /** Where processes start whose settings name no folder. */
  readonly folder: string;
  /** A line for the log of this server. */
  readonly log: (line: string) => void;
};

/** One registered server with all its connections. */
export interface OpenServer extends AsyncDisposable {
  /** Whether these settings ask for the same connections. */
  readonly isFor: (settings: ServerSettings) => boolean;
  readonly upstreamFor: (grantId: string) => Upstream;
  readonly state: () => UpstreamState;
}

/** How a kind of target is probed, reached and closed. */
type Transport = AsyncDisposable & {
  readonly probe: () => Promise<Verdict>;
  readonly openChannel: (era: Era, events: ChannelEvents) => Channel;
};

export function openServer(settings: ServerSettings, options: ServerOptions): OpenServer {
  const transport = openTransport(settings, options);
  if ('kind' in transport) return unusableServer(settings, transport);
  return new ConnectedServer(settings, transport, options);
}

class ConnectedServer implements OpenServer {
  readonly #settings: ServerSettings;
  readonly #transport: Transport;
  readonly #options: ServerOptions;
  readonly #eras: Eras;
  readonly #upstreams = new Map<string, OpenUpstream>();
  #closing = new Set<Promise<void>>();
  #cancelSweep: (() => void) | undefined;

  constructor(settings: ServerSettings, transport: Transport, options: ServerOptions) {
    this.#settings = settings;
    this.#transport = transport;
    this.#options = options;
    this.#eras = openEras(settings.era, transport.probe, options.clock);
  }

  isFor(settings: ServerSettings): boolean {
    return settings === this.#settings || isDeepStrictEqual(settings, this.#settings);
  }

  upstreamFor(grantId: string): Upstream {
    const isOwn = this.#settings.isolation === 'grant';
    const key = isOwn ? grantId : '';
    const known = this.#upstreams.get(key);
    if (known !== undefined) return known;
    const { clock, log } = this.#options;
    const opened = new OpenUpstream({
      eras: this.#eras,
      openChannel: this.#transport.openChannel,
      clock,
      log,
    });
    this.#upstreams.set(key, opened);
    if (isOwn) this.#sweepLater();
    return opened;
  }

  state(): UpstreamState {
    const status = worst([...this.#upstreams.values()].map((upstream) => upstream.status()));
    const era = this.#eras.known();
    const state = { server: this.#settings.slug, ...status };
    return era === undefined ? state : { ...state, era };
  }

  /** Closes what a grant has not used for long; connections shared by all grants stay. */
  #sweepLater(): void {
    this.#cancelSweep ??= this.#options.clock.after(GRANT_IDLE_MS / 10, () => {
      this.#cancelSweep = undefined;
      for (const [key, upstream] of this.#upstreams) {
        if (upstream.idleMs() < GRANT_IDLE_MS) continue;
        this.#upstreams.delete(key);
        const closing = upstream[Symbol.asyncDispose]().finally(() => this.#closing.delete(closing));
        this.#closing.add(closing);
      }
      if (this.#upstreams.size > 0) this.#sweepLater();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelSweep?.();
    const open = [...this.#upstreams.values()];
    await Promise.all([...open.map((upstream) => upstream[Symbol.asyncDispose]()), ...this.#closing]);
    await this.#transport[Symbol.asyncDispose]();
  }
}

function openTransport(settings: ServerSettings, options: ServerOptions): Transport | Failing {
  const { target, timeouts } = settings;
  const { clock, version, environment, folder, log } = options;
  if (target.kind === 'stdio') {
    const start = { target, environment, folder, clock, version };
    return {
      probe: () => probeStdio(start),
      openChannel: (era, events) => openStdio(era, timeouts, { ...start, log, events }),
      async [Symbol.asyncDispose]() {},
    };
  }
  const egress = openEgress(target, { timeouts, clock });
  if ('kind' in egress) return egress;
  const openers = { modern: openModernHttp, legacy: openLegacyHttp } satisfies Record<Era, unknown>;
  return {
    probe: () => probeHttp({ egress, clock, version }),
    openChannel: (era, events) => openers[era]({ egress, clock, version, events }),
    async [Symbol.asyncDispose]() {
      await egress[Symbol.asyncDispose]();
    },
  };
}

/** A server whose settings can never work: every use says why. */
function unusableServer(settings: ServerSettings, failure: Failing): OpenServer {
  const refuse = () => Promise.reject(toError(failure));
  const upstream: Upstream = {
    describe: refuse,
    list: refuse,
    peekList: () => undefined,
    send: () => Promise.resolve(toAnswer(failure)),
    watch: async () => ({ honoured: { lists: [], resources: [] }, async [Symbol.asyncDispose]() {} }),
  };
  return {
    isFor: (other) => isDeepStrictEqual(other, settings),
    upstreamFor: () => upstream,
    state: () => ({ server: settings.slug, state: 'failing', reason: failure.detail }),
    async [Symbol.asyncDispose]() {},
  };
}

const severity = [
  'idle',
  'ready',
  'starting',
  'failing',
  'stopped',
] as const satisfies readonly ChannelStatus['state'][];

/** The state of a server is that of its worst connection. */
function worst(statuses: readonly ChannelStatus[]): ChannelStatus {
  return statuses.reduce<ChannelStatus>(
    (found, status) => (severity.indexOf(status.state) > severity.indexOf(found.state) ? status : found),
    { state: 'idle' },
  );
}
