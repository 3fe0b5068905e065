import { randomUUID } from 'node:crypto';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Config, EMPTY_CONFIG, type Environment, loadConfig, watchFiles } from './config/index.ts';
import { type ControlContext, createControlPlane } from './control/index.ts';
import { type HttpBounds, type HttpServer, openHttpServer } from './http-server.ts';
import { hashToken, mintSetupCode, openPeopleContext, plainCode } from './identity/index.ts';
import {
  type AtCallPoint,
  type Clock,
  GRANT_POLL_MS,
  SETUP_CODE_MS,
  systemClock,
  untold,
} from './limits/index.ts';
import {
  createDataPlane,
  type DataPlaneHandler,
  hostRules,
  isLoopbackHost,
  type Log,
  type ProxyContext,
  RefusalRates,
  type Registry,
  Rounds,
  Seal,
  SessionSeal,
} from './proxy/index.ts';
import { applyConfig } from './registry.ts';
import { keyedHash, openSqliteStore, type Store, StoreError } from './store/index.ts';
import { openUpstreams, type UpstreamState, type Upstreams } from './upstreams/index.ts';
import { VERSION } from './version.ts';

export type GatewayOptions = {
  /** Absent: no servers until a file is given. */
  readonly config?: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Folder of the database and the keys; made when missing. */
  readonly data: string;
  readonly synchronous?: 'normal' | 'full';
  /** How agents reach the gateway when that is not `http://HOST:PORT`. */
  readonly publicUrl?: string;
  /** TLS is ended in front of the gateway; without it only loopback addresses are listened on. */
  readonly behindProxy?: boolean;
  readonly environment: Environment;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where a bound of the listening side differs from its default; for tests, which cannot wait that long. */
  readonly http?: Partial<HttpBounds>;
  /** Told whenever a call passes a point at which the gateway could die; for tests that kill it there. */
  readonly atPoint?: AtCallPoint;
};

export type Gateway = AsyncDisposable & {
  /** `http://HOST:PORT`, or the public URL. */
  readonly url: string;
  readonly config: () => Config;
  readonly store: Store;
  readonly upstreams: () => readonly UpstreamState[];
  /** By which the first person is made, once; absent when there are people. Told here and nowhere else. */
  readonly setup?: SetupCode;
  /** Stops accepting, lets requests under way finish, flushes, closes. Idempotent. */
  readonly close: () => Promise<void>;
};

export type SetupCode = { readonly code: string; readonly expiresAtMs: number };

export type StartResult =
  | { readonly ok: true; readonly gateway: Gateway }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Starts the gateway: configuration → store → upstreams → data plane → listening → watching the files. */
export async function startGateway(options: GatewayOptions): Promise<StartResult> {
  const exposed = exposureFault(options);
  if (exposed !== undefined) return { ok: false, problems: [exposed] };
  const loaded = await load(options);
  if (!loaded.ok) return loaded;
  const clock = options.clock ?? systemClock();
  const store = await openStore(options, clock);
  if ('problem' in store) return { ok: false, problems: [store.problem] };

  const upstreams = openUpstreams({
    version: VERSION,
    environment: options.environment,
    dataFolder: options.data,
    log: (server, line) => options.log.info({ server, line }, 'server says'),
  });
  const live: Live = {
    config: loaded.config,
    registry: await applyConfig(loaded.config, { store, upstreams }),
    store,
    upstreams,
    isStopping: () => false,
    onChange: () => undefined,
    port: 0,
  };
  const plane = createDataPlane(proxyContext(options, live, clock));
  live.onChange = plane.changed;
  const planes = { live, plane, control: createControlPlane(controlContext(options, live, clock)) };
  const http = openHttpServer((request, response) => route(planes, request, response), options.http);
  live.isStopping = http.isStopping;
  const listening = await listen(http.server, options);
  if ('problem' in listening) {
    await upstreams[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    return { ok: false, problems: [listening.problem] };
  }
  const watch = await watchFiles(
    () => live.files ?? live.config.files,
    () => reload(options, live),
  );
  const poll = setInterval(() => refreshGrants(options, live), GRANT_POLL_MS).unref();
  const close = once(() => stop({ http, live, plane, poll, watch }));
  const setup = await openSetup(store, clock);
  live.port = listening.port;
  const gateway = {
    url: urlOf(options, live),
    ...(setup === undefined ? {} : { setup }),
    store,
    config: () => live.config,
    upstreams: () => upstreams.states(),
    close,
    [Symbol.asyncDispose]: close,
  };
  return { ok: true, gateway };
}

/** What changes while the gateway runs. */
type Live = {
  config: Config;
  registry: Registry;
  /** Set while the newest files are not a valid configuration: what to watch instead. */
  files?: readonly string[] | undefined;
  readonly store: Store;
  readonly upstreams: Upstreams;
  isStopping: () => boolean;
  /** Told after grants may have changed, and after another configuration is in force. */
  onChange: () => void;
  /** 0 until it listens. */
  port: number;
};

function exposureFault({ behindProxy, host }: GatewayOptions): string | undefined {
  if (isLoopbackHost(host) || behindProxy === true) return undefined;
  return `listening on ${host} would send grant tokens over the network unencrypted; listen on 127.0.0.1, or put a TLS proxy in front and start with --behind-proxy`;
}

async function load({ config, environment, host }: GatewayOptions): ReturnType<typeof loadConfig> {
  if (config === undefined) return { ok: true, config: EMPTY_CONFIG };
  return loadConfig({ path: config, environment, allowPrivate: isLoopbackHost(host) });
}

async function openStore(
  options: GatewayOptions,
  clock: Clock,
): Promise<Store | { readonly problem: string }> {
  try {
    const { atPoint = untold, data: directory, log, synchronous = 'normal' } = options;
    return await openSqliteStore({
      directory,
      clock,
      synchronous,
      exclusive: true,
      atPoint,
      onWarning: (text) => log.warn({}, text),
    });
  } catch (error) {
    if (error instanceof StoreError) return { problem: error.message };
    throw error;
  }
}

/** The command line writes grants into the same database; what cannot be read now is read at the next look. */
function refreshGrants({ log }: GatewayOptions, { onChange, store }: Live): void {
  try {
    store.grants.refresh();
  } catch (error) {
    log.warn({ error: String(error) }, 'grants could not be reread');
  }
  // Also without news: a grant may have expired.
  onChange();
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
  live.registry = await applyConfig(loaded.config, live);
  live.config = loaded.config;
  live.files = undefined;
  live.onChange();
  options.log.info(
    { servers: loaded.config.servers.length, policies: loaded.config.policies.length },
    'configuration reloaded',
  );
}

function proxyContext(options: GatewayOptions, live: Live, clock: Clock): ProxyContext {
  const { atPoint = untold, host: listenHost, log, publicUrl } = options;
  const { store, upstreams } = live;
  const argumentHash = keyedHash(store.secrets.key('argument-hash'));
  const seal = new Seal(store.secrets.key('session-seal'), 'boomgate round 1');
  return {
    store,
    upstreams,
    clock,
    log,
    registry: () => live.registry,
    sessions: new SessionSeal(store.secrets.key('session-seal')),
    cursors: new Seal(store.secrets.key('session-seal'), 'boomgate cursor 1'),
    hosts: hostRules({ listenHost, publicUrl }),
    version: VERSION,
    argumentHash,
    rounds: new Rounds({ seal, digest: argumentHash, process: randomUUID() }),
    refusals: new RefusalRates(),
    atPoint,
    basePath: publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, ''),
  };
}

function controlContext(options: GatewayOptions, live: Live, clock: Clock): ControlContext {
  const { behindProxy = false, host: listenHost, log, publicUrl } = options;
  const { store, upstreams } = live;
  return {
    store,
    people: openPeopleContext(store, clock),
    upstreams,
    clock,
    log,
    version: VERSION,
    allowsHost: hostRules({ listenHost, publicUrl }).allowsHost,
    url: () => urlOf(options, live),
    isBehindTls: publicUrl === undefined ? behindProxy : publicUrl.startsWith('https:'),
    isBehindProxy: behindProxy,
  };
}

/** A new code at every start without people: the one of an earlier start may have been seen by more than its reader. */
async function openSetup({ people }: Store, clock: Clock): Promise<SetupCode | undefined> {
  if ((await people.accounts.count()) > 0) return undefined;
  const code = mintSetupCode();
  const expiresAtMs = clock.wallMs() + SETUP_CODE_MS;
  await people.setup.open(hashToken(plainCode(code)), expiresAtMs);
  return { code, expiresAtMs };
}

function urlOf({ host, publicUrl }: GatewayOptions, { port }: Live): string {
  return publicUrl?.replace(/\/$/, '') ?? `http://${bracketed(host)}:${port}`;
}

type Planes = {
  readonly live: Live;
  readonly plane: DataPlaneHandler;
  readonly control: RequestListener;
};

function route({ control, live, plane }: Planes, ...[request, response]: Parameters<RequestListener>): void {
  const path = request.url ?? '';
  const page = PAGES.get(path);
  if (/^\/mcp(?:[/?]|$)/.test(path)) plane.handle(request, response);
  else if (path.startsWith('/api/')) control(request, response);
  else if (page !== undefined) page(live, response);
  else
    response
      .writeHead(404, { 'content-type': 'application/json' })
      .end('{"error":"not_found","message":"expected /mcp/SERVER, or /mcp/ for a stack grant"}\n');
}

const PAGES: ReadonlyMap<string, (live: Live, response: ServerResponse) => void> = new Map([
  ['/healthz', (_live: Live, response: ServerResponse) => void response.writeHead(200).end('ok\n')],
  ['/readyz', readiness],
]);

/** Ready as long as calls can be recorded and the gateway is not about to stop. */
function readiness({ isStopping, store }: Live, response: ServerResponse): void {
  if (isStopping()) return void response.writeHead(503).end('the gateway is stopping\n');
  store.ping().then(
    () => response.writeHead(200).end('ready\n'),
    () => response.writeHead(503).end('the store cannot be written\n'),
  );
}

async function listen(
  http: Server,
  { host, port }: GatewayOptions,
): Promise<{ readonly port: number } | { readonly problem: string }> {
  return new Promise((resolve) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ problem: listenFault(error, { host, port }) }),
    );
    // A listening TCP server has an address with a port.
    http.listen(port, host, () => resolve({ port: (http.address() as AddressInfo).port }));
  });
}

function listenFault(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken; stop what listens there or choose another with --port`;
  if (error.code === 'EACCES')
    return `port ${port} may not be listened on by this user; choose one above 1023 with --port`;
  if (error.code === 'EADDRNOTAVAIL') return `${host} is no address of this machine; choose one with --host`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}

type Running = {
  readonly http: HttpServer;
  readonly live: Live;
  readonly plane: DataPlaneHandler;
  readonly poll: NodeJS.Timeout;
  readonly watch: AsyncDisposable;
};

async function stop({ http, live, plane, poll, watch }: Running): Promise<void> {
  clearInterval(poll);
  plane.endStreams();
  await watch[Symbol.asyncDispose]();
  await http.stop();
  await live.upstreams[Symbol.asyncDispose]();
  await live.store.journal.flush();
  await live.store[Symbol.asyncDispose]();
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
