import { isDeepStrictEqual } from 'node:util';
import type { Budget } from '../budget.ts';
import { AnswerRoom } from './answer-room.ts';
import { type Caller, NO_CAPABILITIES } from './capabilities.ts';
import type { ChannelStatus } from './channel.ts';
import type { Clock } from './clock.ts';
import type {
  Confinement,
  Era,
  ForwardProxy,
  ListingBounds,
  ServerSettings,
  Tokens,
  Upstream,
  UpstreamState,
} from './contract.ts';
import { credentialOf } from './credential.ts';
import { openEgress } from './egress.ts';
import { type Eras, type Manner, openEras, type Probes } from './eras.ts';
import { type Failing, toAnswer, toError } from './failures.ts';
import { openLegacyHttp } from './http/legacy.ts';
import { openModernHttp } from './http/modern.ts';
import { findsSse, probeHttp } from './http/probe.ts';
import { Lanes, type LanesOptions } from './lanes.ts';
import { openSse } from './sse/channel.ts';
import { openStdio } from './stdio/channel.ts';
import type { Environment } from './stdio/launch.ts';
import { probeStdio } from './stdio/probe.ts';
import { CallerUpstream, watchingNothing } from './upstream.ts';

export type ServerOptions = {
  /** Of the answers of all servers. */
  readonly answers: Budget;
  readonly clock: Clock;
  readonly version: string;
  readonly environment: Environment;
  readonly proxy: ForwardProxy | undefined;
  /** Where processes start whose settings name no folder. */
  readonly folder: string;
  /** A line for the log of this server. */
  readonly log: (line: string) => void;
  readonly listing: ListingBounds;
  readonly confinement?: Confinement;
  /** Where tokens come from; without them a sign-in has no effect. */
  readonly tokens?: Tokens;
};

/** One registered server with all its connections. */
export interface OpenServer extends AsyncDisposable {
  /** Whether these settings ask for the same connections. */
  readonly isFor: (settings: ServerSettings) => boolean;
  readonly upstreamFor: (caller: Caller) => Upstream;
  readonly state: () => UpstreamState;
}

/** How a kind of target is probed, reached and closed. */
type Transport = AsyncDisposable & Probes & Pick<LanesOptions, 'openChannel'>;

export function openServer(settings: ServerSettings, options: ServerOptions): OpenServer {
  const transport = openTransport(settings, options);
  if ('kind' in transport) return unusableServer(settings, transport);
  return new ConnectedServer(settings, transport, options);
}

class ConnectedServer implements OpenServer {
  readonly #settings: ServerSettings;
  #asked: ServerSettings;
  readonly #transport: Transport;
  readonly #eras: Eras;
  readonly #lanes: Lanes;

  constructor(settings: ServerSettings, transport: Transport, options: ServerOptions) {
    this.#settings = settings;
    this.#asked = settings;
    this.#transport = transport;
    const { clock, log, listing } = options;
    this.#eras = openEras(configuredManner(settings), transport, clock);
    this.#lanes = new Lanes({
      settings,
      eras: this.#eras,
      openChannel: (...of) => transport.openChannel(...of),
      clock,
      log,
      listing,
    });
  }

  isFor(settings: ServerSettings): boolean {
    if (settings === this.#asked) return true;
    if (!areConnectedAlike(settings, this.#settings)) return false;
    // The next question comes with the same object.
    this.#asked = settings;
    return true;
  }

  upstreamFor(caller: Caller): Upstream {
    return new CallerUpstream(this.#lanes, caller);
  }

  state(): UpstreamState {
    const status = worst(this.#lanes.statuses());
    const era = this.#eras.known()?.era;
    const state = { id: this.#settings.id, server: this.#settings.slug, ...status };
    return era === undefined ? state : { ...state, era };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lanes[Symbol.asyncDispose]();
    await this.#transport[Symbol.asyncDispose]();
  }
}

function areConnectedAlike(one: ServerSettings, other: ServerSettings): boolean {
  return isDeepStrictEqual({ ...one, ...OF_NO_CONNECTION }, { ...other, ...OF_NO_CONNECTION });
}

/** What a server is called for people, and what the gateway does with what passes, changes no connection. */
const OF_NO_CONNECTION: Partial<Record<keyof ServerSettings, undefined>> = {
  title: undefined,
  results: undefined,
  argumentSecrets: undefined,
  resultSecrets: undefined,
  holdMs: undefined,
};

/** How a server is spoken to when its settings leave no question. */
function configuredManner({ era, target }: ServerSettings): Manner | undefined {
  if (target.kind === 'http' && target.transport === 'sse')
    return { kind: 'verdict', era: 'legacy', transport: 'sse' };
  if (era === 'auto') return undefined;
  return { kind: 'verdict', era, transport: target.kind };
}

function openTransport(settings: ServerSettings, options: ServerOptions): Transport | Failing {
  const { target, timeouts } = settings;
  const { answers, clock, version, environment, folder, log, confinement, proxy } = options;
  const room = new AnswerRoom({ clock, budget: answers, serverId: settings.id });
  if (target.kind === 'stdio') {
    const confined = confinement === undefined ? {} : { confinement };
    const start = { target, environment, folder, clock, version, room, ...confined };
    return {
      probe: () => probeStdio({ ...start, capabilities: NO_CAPABILITIES }),
      openChannel: ({ era }, capabilities, events) =>
        openStdio(era, timeouts, { ...start, log, events, capabilities }),
      async [Symbol.asyncDispose]() {},
    };
  }
  const credential = credentialOf(settings, options.tokens);
  const egress = openEgress(target, { timeouts, clock, proxy, room, ...(credential && { credential }) });
  if ('kind' in egress) return egress;
  const open = { egress, clock, version };
  return {
    probe: () => probeHttp(open),
    ...(target.transport === undefined ? { findsSse: () => findsSse(open) } : {}),
    openChannel: ({ era, transport }, capabilities, events) =>
      httpOpeners[transport === 'sse' ? 'sse' : era]({ ...open, events, capabilities }),
    async [Symbol.asyncDispose]() {
      await egress[Symbol.asyncDispose]();
    },
  };
}

const httpOpeners = { modern: openModernHttp, legacy: openLegacyHttp, sse: openSse } satisfies Record<
  Era | 'sse',
  unknown
>;

/** A server whose settings can never work: every use says why. */
function unusableServer(settings: ServerSettings, failure: Failing): OpenServer {
  const refuse = () => Promise.reject(toError(failure));
  const upstream: Upstream = {
    describe: refuse,
    list: refuse,
    peekList: () => undefined,
    send: () => Promise.resolve(toAnswer(failure)),
    watch: async () => watchingNothing(),
  };
  return {
    isFor: (other) => areConnectedAlike(other, settings),
    upstreamFor: () => upstream,
    state: () => ({ id: settings.id, server: settings.slug, state: 'failing', reason: failure.detail }),
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
