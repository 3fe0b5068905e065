import { isDeepStrictEqual } from 'node:util';
import { API_PATH } from '@boomgate/contract';
import type { Config } from '../config/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { type Clock, SIGN_ON_ANSWER_BYTES, SIGN_ON_ANSWER_MS, STALE_MS } from '../limits/index.ts';
import { isLoopbackHost, type Log, NOTHING_REGISTERED, type Registry } from '../proxy/index.ts';
import { Sequence } from '../sequence.ts';
import { openSignInDesk, type SignInDesk } from '../server-sign-in/index.ts';
import { Snapshots } from '../snapshots/index.ts';
import type { Store } from '../store/index.ts';
import {
  exchangeText,
  type ForwardProxy,
  isAtSpecialAddress,
  openUpstreams,
  type TextAnswer,
  type TextRequest,
  type Upstreams,
} from '../upstreams/index.ts';
import { VERSION } from '../version.ts';
import { applyConfig, putInForce, type Registries } from './registry.ts';
import { StoredPolicies } from './stored-policies.ts';
import type { StoredRules } from './stored-servers.ts';
import { whileCurrent } from './while-current.ts';

/** What changes while the gateway runs. */
export type Live = {
  config: Config;
  /** What the configuration declares, for the first organisation. */
  declared: Registry;
  registries: Registries;
  /** Set while the newest files are not a valid configuration: what to watch instead. */
  files?: readonly string[] | undefined;
  readonly store: Store;
  readonly upstreams: Upstreams;
  /** Where the gateway is signed in. */
  readonly signIns: SignInDesk;
  readonly storedPolicies: StoredPolicies;
  readonly snapshots: Snapshots;
  readonly log: Log;
  /** What servers may be that were registered through the API. */
  readonly rules: StoredRules;
  /** Puts in force what the store says now, and another configuration if one is given; one after the other, however many ask. */
  readonly apply: (config?: Config) => Promise<void>;
  /** Whether another process may have stored other servers or policies since this was last asked. */
  readonly isNews: () => boolean | Promise<boolean>;
  /** False while others may have changed what calls are decided by, and this one could not look for too long. */
  readonly isCurrent: () => boolean;
  /** As of the pulse (`upkeep/pulse.ts`), once there is one. */
  ageMs: () => number;
  catchUp: () => Promise<void> | undefined;
  /** How often what calls are decided by was found to be another than before. */
  changes: number;
  /** What could not be put in force: what was before decides calls until it can. Absent: nothing. */
  behind: { readonly config: Config | undefined } | undefined;
  isStopping: () => boolean;
  /** Told after grants may have changed, and after another configuration is in force. */
  onChange: () => void;
  /** Told when other tools of a server are held than before. */
  onRevision: (serverId: string, revision: number) => void;
  /** 0 until it listens. */
  port: number;
};

type Opened = { readonly config: Config; readonly store: Store; readonly clock: Clock };

/** Asks a provider of identities or an authorization server, within the bounds of both. */
export const askSignOn =
  (proxy: ForwardProxy | undefined) =>
  (request: Omit<TextRequest, 'maxBytes' | 'proxy' | 'withinMs'>): Promise<TextAnswer> =>
    exchangeText({ ...request, proxy, maxBytes: SIGN_ON_ANSWER_BYTES, withinMs: SIGN_ON_ANSWER_MS });

/** Opens the connections, and puts the configuration in force. */
export async function openLive(options: GatewayOptions, { clock, config, store }: Opened): Promise<Live> {
  const applying = new Sequence();
  // Before they are read: what comes then is news.
  const isNews = store.watchRegistries();
  const signIns = openSignInDesk({
    store,
    clock,
    log: options.log,
    isAtSpecialAddress,
    ask: askSignOn(options.proxy),
    own: () => ownAddresses(urlOf(options, live)),
  });
  const upstreams = openUpstreams({
    tokens: signIns,
    version: VERSION,
    proxy: options.proxy,
    environment: options.environment,
    dataFolder: options.data,
    log: (server, line) => options.log.info({ server, line }, 'server says'),
  });
  const { apiCommands = 'first', behindProxy, host, log } = options;
  const storedPolicies = new StoredPolicies(log);
  // Behind a proxy others than the people of this machine come in, wherever the gateway listens.
  const rules = { apiCommands, allowPrivate: isLoopbackHost(host) && behindProxy !== true };
  const live: Live = {
    config,
    ...(await applyConfig(config, { store, storedPolicies, upstreams, log, rules })),
    log,
    rules,
    apply: (next) => applying.run(() => apply(live, next)),
    store: {
      ...store,
      journal: whileCurrent(store.journal, {
        isCurrent: () => live.isCurrent(),
        catchUp: () => live.catchUp(),
        changes: () => live.changes,
        monotonicMs: () => clock.monotonicMs(),
      }),
    },
    storedPolicies,
    upstreams,
    signIns,
    snapshots: new Snapshots({
      store,
      clock,
      version: VERSION,
      log: options.log,
      onRevision: (server, revision) => live.onRevision(server, revision),
    }),
    isNews,
    isCurrent: () => live.ageMs() < STALE_MS,
    ageMs: () => 0,
    catchUp: () => undefined,
    changes: 0,
    behind: undefined,
    isStopping: () => false,
    onChange: () => undefined,
    onRevision: () => undefined,
    port: 0,
  };
  store.grants.follow(() => {
    live.changes += 1;
  });
  return live;
}

async function apply(live: Live, given: Config | undefined): Promise<void> {
  const config = given ?? live.behind?.config;
  const before = live.registries;
  try {
    if (config === undefined) live.registries = await putInForce(live, live);
    else {
      const { declared, registries } = await applyConfig(config, live);
      live.declared = declared;
      live.registries = registries;
      live.config = config;
      live.files = undefined;
    }
  } catch (error) {
    live.behind = { config };
    throw error;
  }
  live.behind = undefined;
  // Also what others write that concerns no call has it put in force anew: nobody is told of it.
  if (isDeepStrictEqual(before, live.registries)) live.registries = before;
  else live.changes += 1;
  const servers = [...live.registries.values()].flatMap((one) => [...one.servers.values()]);
  live.snapshots.retain(new Set(servers.map(({ id }) => id)));
  live.onChange();
}

/** What is in force for an organisation now. */
export function registryOf({ registries }: Live, organization: string): Registry {
  return registries.get(organization) ?? NOTHING_REGISTERED;
}

/** How the gateway is reached; from this machine, where it listens on all of its addresses and no other is said. */
export function urlOf(
  { host, publicUrl }: Pick<GatewayOptions, 'host' | 'publicUrl'>,
  { port }: Pick<Live, 'port'>,
): string {
  return publicUrl?.replace(/\/$/, '') ?? `http://${LOOPBACK_OF[host] ?? bracketed(host)}:${port}`;
}

/** How it is reached, and where it listens, whatever leads there. */
export function addressesOf(options: Pick<GatewayOptions, 'host' | 'publicUrl'>, live: Pick<Live, 'port'>) {
  return { url: urlOf(options, live), listensAt: `http://${bracketed(options.host)}:${live.port}` };
}

/** What stands for all addresses of a machine is the address of none. */
const LOOPBACK_OF: Readonly<Record<string, string>> = {
  '0.0.0.0': '127.0.0.1',
  '::': '[::1]',
  '[::]': '[::1]',
};

/** Where authorization servers send people back to, and read of the gateway what they want to know: over TLS alone. */
function ownAddresses(url: string): ReturnType<Parameters<typeof openSignInDesk>[0]['own']> {
  const base = `${url}${API_PATH}/server-sign-in`;
  return {
    redirectUri: `${base}/callback`,
    documentUrl: url.startsWith('https:') ? `${base}/client` : undefined,
  };
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
