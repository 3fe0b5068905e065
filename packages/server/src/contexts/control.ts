import type { AgentSignInDesk } from '../agent-sign-in/index.ts';
import { Budget } from '../budget.ts';
import { Comparer } from '../comparison/index.ts';
import type { ControlContext, Declared, IndexDesk, Preview } from '../control/index.ts';
import { addressReader, type Entrance, statesOf } from '../entrance/index.ts';
import { isBehindTls } from '../exposure.ts';
import { engineFunctions } from '../functions/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { openPeopleContext, type Ways } from '../identity/index.ts';
import {
  askSignOn,
  checkStored,
  type Live,
  ORGANIZATION,
  offeredTools,
  registryOf,
  urlOf,
} from '../in-force/index.ts';
import { type Clock, EXPORTS_AT_ONCE, EXPORTS_OF_ONE, SESSION_MS } from '../limits/index.ts';
import { MailError, openMailer } from '../mail/index.ts';
import { hostRules } from '../proxy/index.ts';
import { entriesOf, previewOf } from '../routing/index.ts';
import { Sequence } from '../sequence.ts';
import { openSignOn } from '../sign-on/index.ts';
import { Later, type RefusedRows } from '../upkeep/index.ts';
import { VERSION } from '../version.ts';
import { newSecret, shownAddress, testBody } from '../webhooks/index.ts';
import { declaredWebhooks, storedAddressFault } from './webhooks.ts';

/** What it is made of beside what every part of the gateway has. */
type ControlParts = {
  readonly agentSignIn: AgentSignInDesk;
  readonly clock: Clock;
  readonly entrance: Entrance;
  readonly index: IndexDesk;
  readonly later: Later;
  readonly refused: RefusedRows;
};

/** What the control plane works with. */
export function controlContext(
  options: GatewayOptions,
  live: Live,
  { agentSignIn, clock, entrance, index, later, refused }: ControlParts,
): ControlContext {
  const { behindProxy = false, host: listenHost, log, publicUrl } = options;
  const { store } = live;
  const declared = (organization: string): Declared =>
    organization === ORGANIZATION ? declaredBy(live) : NOTHING_DECLARED;
  return {
    store,
    people: openPeopleContext(store, clock, waysOf(live)),
    ...overAll(options, live, entrance),
    declared,
    inForce: (organization) => registryOf(live, organization),
    isStopping: () => live.isStopping(),
    streams: new Map(),
    exports: new Budget({ ofAll: EXPORTS_AT_ONCE, ofEach: EXPORTS_OF_ONE }),
    longWork: new Sequence(),
    offered: ({ organization, server }) => offeredTools(live, { organization, server }),
    comparer: new Comparer(),
    functions: engineFunctions,
    listTools: async (server, upstream) => {
      const listing = await upstream.list('tools', { fresh: true });
      await live.snapshots.inspect(server, listing);
      return listing.items.length;
    },
    holdsBackMs: (serverId) => live.snapshots.holdsBackMs(serverId),
    checkServer: (owner, parts) => checkStored(owner, parts, live.rules),
    changed: () => live.onChange(),
    reapply: () => live.apply(),
    mailer: openMailer(() => live.config.mail),
    operated: () => {
      const { mail, retention } = live.config;
      return { retention, ...(mail === undefined ? {} : { from: mail.from }) };
    },
    signOn: openSignOn({
      providers: () => live.config.providers,
      ask: askSignOn(options.proxy),
      clock,
    }),
    serverSignIn: live.signIns,
    agentSignIn,
    later: (what, work) => later.begin(what, work),
    index,
    refused: (request) => refused.note(request),
    // A cast: the same shape without `readonly`.
    declaredIn: entriesOf,
    preview: (text, taken) => previewOf(text, taken) as Preview,
    webhooks: {
      declared: (organization) => declaredWebhooks(organization, live),
      addressFault: (url) => storedAddressFault(live, url),
      newSecret,
      shownAddress,
      testBody: (kind) => testBody(kind, { atMs: clock.wallMs(), url: urlOf(options, live) }),
    },
    clock,
    log,
    version: VERSION,
    allowsHost: hostRules({ listenHost, publicUrl }).allowsHost,
    url: () => urlOf(options, live),
    isBehindTls: isBehindTls(options),
    isBehindProxy: behindProxy,
  };
}

const NOTHING_DECLARED: Declared = { servers: [], policies: [], workloadsOf: () => undefined };

function declaredBy({ config: { grants, policies, servers } }: Live): Declared {
  return {
    servers,
    policies: policies.map(({ name }) => name),
    workloadsOf: (grant) =>
      grants
        .find(({ name }) => name === grant)
        ?.workloads?.map(({ claims, issuer, subject }) => ({ issuer: issuer.id, subject, claims })),
  };
}

/** By the file that is in force at each look, so that who signed in by what it no longer has is out at once. */
function waysOf(live: Live): Ways {
  return {
    requiresProvider: (organization) => organization === ORGANIZATION && live.config.requiresProvider,
    lastsMs: ({ id, issuer }) => {
      const found = live.config.providers.find((one) => one.id === id && one.issuer === issuer);
      return found && (found.sessionMs ?? SESSION_MS);
    },
  };
}

/** For letters with a link, which nobody keeps: they alone are what answers do not wait for. */
export function laterOf(clock: Clock, log: GatewayOptions['log']): Later {
  const mayPass = (error: unknown) => error instanceof MailError && error.code === 'unavailable';
  return new Later({ clock, log, mayPass });
}

/** What is so for all processes of the gateway. */
function overAll(
  options: GatewayOptions,
  live: Live,
  entrance: Entrance,
): Pick<ControlContext, 'upstreams' | 'addressOf' | 'inForceEverywhere'> {
  return {
    upstreams: {
      for: (...of) => live.upstreams.for(...of),
      states: () => statesOf(live, entrance),
    },
    addressOf: addressReader(options),
    inForceEverywhere: () => entrance.heard(),
  };
}
