import { type Config, lookAt, type Seen, watchFiles } from './config/index.ts';
import {
  controlContext,
  laterOf,
  type OpenIndexDesk,
  openAgents,
  openIndexDesk,
  proxyContext,
  tellOfNoSignIn,
  webhooksOf,
} from './contexts/index.ts';
import { createControlPlane } from './control/index.ts';
import { type Entrance, OpenedLater, openEntrance, statesOf, workersFault } from './entrance/index.ts';
import { exposureFault, isAtRoot } from './exposure.ts';
import { type Front, route, serveDashboard } from './front/index.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { type HttpServer, openHttpServer } from './http-server/index.ts';
import { addressKey, openSetup, type SetupCode, tellOfNoAdmin } from './identity/index.ts';
import { addressesOf, type Live, urlOf } from './in-force/index.ts';
import { type Clock, systemClock } from './limits/index.ts';
import {
  metricsAccess,
  type OwnTelemetry,
  openMetrics,
  openReadings,
  openTelemetry,
  type Readings,
  serveMetrics,
} from './metrics/index.ts';
import { load, openStored, orClosed } from './opening.ts';
import { createDataPlane, type DataPlaneHandler, type ProxyContext } from './proxy/index.ts';
import type { EndedSession, Store } from './store/index.ts';
import {
  countsWithRows,
  keepRetention,
  keepTallies,
  keepTellingEnds,
  type Later,
  type Pulse,
  RefusedRows,
  startPulse,
} from './upkeep/index.ts';
import type { UpstreamState } from './upstreams/index.ts';
import type { Webhooks } from './webhooks/index.ts';

export type { GatewayOptions } from './gateway-options.ts';
export type { SetupCode } from './identity/index.ts';

export type Gateway = AsyncDisposable & {
  /** `http://HOST:PORT`, or the public URL. */
  readonly url: string;
  /** `http://HOST:PORT`, also where a public URL leads there. */
  readonly listensAt: string;
  /** People can open `url` in a browser. */
  readonly hasDashboard: boolean;
  readonly config: () => Config;
  readonly store: Store;
  readonly upstreams: () => readonly UpstreamState[];
  /** Process ids of those that answer agents beside this one; none where it alone does. */
  readonly workers: () => readonly number[];
  /** By which the first person is made, once; absent when there are people, or they sign in by a provider alone. Told here and nowhere else. */
  readonly setup?: SetupCode;
  /** Stops accepting, lets requests under way finish, flushes, closes. Idempotent. */
  readonly close: () => Promise<void>;
};

export type StartResult =
  | { readonly ok: true; readonly gateway: Gateway }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Starts the gateway: configuration → store → upstreams → planes → listening → what goes on beside. */
export async function startGateway(options: GatewayOptions): Promise<StartResult> {
  const exposed = exposureFault(options) ?? workersFault(options);
  if (exposed !== undefined) return { ok: false, problems: [exposed] };
  const loaded = await load(options);
  if (!loaded.ok) return loaded;
  // A store may take long to open, and the files may be written meanwhile.
  const from = await lookAt(loaded.config.files);
  const clock = options.clock ?? systemClock();
  const telemetry = await openTelemetry(options);
  if ('problem' in telemetry) return { ok: false, problems: [telemetry.problem] };
  const stored = await openStored(options, { config: loaded.config, clock, telemetry });
  if ('problem' in stored) return { ok: false, problems: [stored.problem] };
  const { live, store } = stored;
  const entrance = new OpenedLater();
  const refused = new RefusedRows({ store, clock, log: options.log });
  const counts = countsWithRows(telemetry.meter, refused);
  const { tracing } = telemetry;
  const context = proxyContext(options, live, { clock, entrance, telemetry: { tracing, meter: counts } });
  const plane = createDataPlane(context);
  live.onChange = () => {
    plane.changed();
    entrance.changed();
  };
  live.onRevision = entrance.revised;
  const index = openIndexDesk(options.data);
  const agentSignIn = openAgents(options, live, { ...context, entrance });
  const later = laterOf(clock, options.log);
  const control = createControlPlane(
    controlContext(options, live, { agentSignIn, clock, entrance, index: index.desk, later, refused }),
  );
  const dashboard =
    options.dashboard === undefined ? undefined : serveDashboard(options.dashboard, context.hosts);
  const http: HttpServer = openHttpServer((request, response) => {
    const behind = live.catchUp();
    if (behind === undefined) route(front, request, response);
    else void behind.then(() => route(front, request, response));
  }, options.http);
  http.server.on('connection', plane.accepted);
  live.isStopping = http.isStopping;
  const readings = openReadings({ live, plane, http, context, meter: telemetry.meter });
  const metrics = serveMetrics(openMetrics(readings), metricsAccess(options, live));
  const front = { live, plane, control, dashboard, metrics, agentSignIn, ...asking(context) };
  const { mayDecide } = context;
  const closeOpen = () => closeAll({ live, readings, refused, telemetry });
  const listening = await orClosed(openEntrance(options, { http, live, mayDecide, counts }), closeOpen);
  if ('problem' in listening) {
    await closeOpen();
    return { ok: false, problems: [listening.problem] };
  }
  live.port = listening.port;
  entrance.opened(listening.entrance);
  const beside = startBeside(options, live, { context, entrance, from, later });
  const close = once(() =>
    stop({ ...beside, entrance, http, index, live, plane, readings, refused, telemetry, held: context.held }),
  );
  await orClosed(rememberAddress(options, live), close);
  const setup = await orClosed(whoSignsIn(options, live, clock), close);
  const gateway = {
    ...addressesOf(options, live),
    hasDashboard: dashboard !== undefined && isAtRoot(options),
    ...(setup === undefined ? {} : { setup }),
    store,
    config: () => live.config,
    upstreams: () => statesOf(live, entrance),
    workers: entrance.pids,
    close,
    [Symbol.asyncDispose]: close,
  };
  return { ok: true, gateway };
}

/** Which hosts are asked for, and from which networks. */
function asking({ hosts, senderOf }: ProxyContext): Pick<Front, 'hosts' | 'senderOf'> {
  return { hosts, senderOf: (request) => addressKey(senderOf(request)) };
}

/** The way in of the first person, where it is not a provider alone; that there is none for an admin is told. */
async function whoSignsIn({ log }: GatewayOptions, live: Live, clock: Clock): Promise<SetupCode | undefined> {
  await tellOfNoAdmin(live, log);
  return live.config.requiresProvider ? undefined : openSetup(live.store, clock);
}

/** For commands beside it, which name it to people. A port that the system picked is another one at the next start. */
async function rememberAddress(options: GatewayOptions, live: Live): Promise<void> {
  if (options.port === 0 && options.publicUrl === undefined) return;
  const own = urlOf(options, live);
  const { gatewayAddress } = live.store;
  await gatewayAddress.started(own);
  const others = (await gatewayAddress.ofReplicas()).filter((url) => url !== own);
  if (others.length > 0) options.log.warn({ own, others }, OTHER_ADDRESSES);
}

const OTHER_ADDRESSES =
  'other replicas of this database say that they are reached elsewhere: give all the same --public-url, as links in letters and sign-ins lead there';

/** What runs without anybody asking. */
type Beside = {
  readonly pulse: Pulse;
  readonly endings: AsyncDisposable;
  readonly retention: AsyncDisposable;
  readonly tallies: AsyncDisposable;
  readonly watch: AsyncDisposable;
  readonly webhooks: Webhooks;
};

function startBeside(
  options: GatewayOptions,
  live: Live,
  {
    context,
    entrance,
    from,
    later,
  }: {
    readonly context: ProxyContext;
    readonly entrance: Entrance;
    readonly from: Seen;
    readonly later: Later;
  },
): Beside {
  const { log, retentionFirstMs } = options;
  const { snapshots, store } = live;
  const { clock, held } = context;
  const watch = watchFiles(() => live.files ?? live.config.files, {
    changed: () => reload(options, live),
    from,
  });
  const first = retentionFirstMs === undefined ? {} : { firstMs: retentionFirstMs };
  const retention = keepRetention({
    ...{ store, clock, log, ...first },
    retention: () => live.config.retention,
  });
  const tallies = keepTallies({ store, clock, log });
  const endings = keepTellingEnds({ store, clock, log, ...first });
  const webhooks = webhooksOf(options, live, context);
  const onGrants = (): void => live.onChange();
  const follow = async (): Promise<void> => {
    if ((await live.isNews()) || live.behind !== undefined) await live.apply();
  };
  const onEnded = (ended: readonly EndedSession[]) => {
    live.changes += ended.length;
    return Promise.all(ended.map((session) => entrance.ended(session)));
  };
  const looks = { onGrants, onEnded, follow, later };
  const pulse = startPulse({ store, snapshots, held, entrance, webhooks, clock, log, ...looks });
  live.ageMs = pulse.ageMs;
  live.catchUp = pulse.catchUp;
  return { endings, pulse, retention, tallies, watch, webhooks };
}

/** All or nothing: an invalid file changes nothing and says why. */
async function reload(options: GatewayOptions, live: Live): Promise<void> {
  const loaded = await load(options);
  if (!loaded.ok) {
    live.files = loaded.files;
    options.log.error(
      { problems: loaded.problems },
      'the configuration was not reloaded; what was in force stays in force',
    );
    return;
  }
  try {
    await live.apply(loaded.config);
    tellOfNoSignIn(options, live);
    await tellOfNoAdmin(live, options.log);
  } catch (error) {
    // It is behind now, and tried again with every look at what is stored.
    options.log.error(
      { error: String(error) },
      'the configuration could not be put in force yet; what was in force stays in force until it can',
    );
    return;
  }
  const { policies, servers, warnings } = loaded.config;
  for (const warning of warnings) options.log.warn({}, warning);
  options.log.info({ servers: servers.length, policies: policies.length }, 'configuration reloaded');
}

type Running = Beside & {
  readonly entrance: Entrance;
  readonly http: HttpServer;
  readonly index: OpenIndexDesk;
  readonly live: Live;
  readonly plane: DataPlaneHandler;
  readonly held: ProxyContext['held'];
  readonly readings: Readings;
  readonly refused: RefusedRows;
  readonly telemetry: OwnTelemetry;
};

async function stop({
  endings,
  entrance,
  held,
  http,
  index,
  live,
  plane,
  pulse,
  readings,
  refused,
  retention,
  tallies,
  telemetry,
  watch,
  webhooks,
}: Running): Promise<void> {
  // First of all, so that nobody is sent here while the rest goes on.
  http.announceStop();
  pulse[Symbol.dispose]();
  await endings[Symbol.asyncDispose]();
  await retention[Symbol.asyncDispose]();
  await tallies[Symbol.asyncDispose]();
  plane.endStreams();
  held.stop();
  await watch[Symbol.asyncDispose]();
  // They hand requests on to this process as long as they have any.
  await entrance.stop();
  await http.stop();
  await index.close();
  await webhooks.stop();
  await closeAll({ live, readings, refused, telemetry });
}

/** What every gateway holds open, whether it listened or not. */
async function closeAll({
  live,
  readings,
  refused,
  telemetry,
}: Pick<Running, 'live' | 'readings' | 'refused' | 'telemetry'>): Promise<void> {
  await live.upstreams[Symbol.asyncDispose]();
  await refused[Symbol.asyncDispose]();
  // Which writes what is queued first, and says what it could not.
  await live.store[Symbol.asyncDispose]();
  readings.process[Symbol.dispose]();
  await telemetry.tracing?.[Symbol.asyncDispose]();
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
