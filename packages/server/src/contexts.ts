import { randomUUID } from 'node:crypto';
import type { AgentSignInDesk } from './agent-sign-in/index.ts';
import { isBehindTls, mayAgentsSignIn } from './agents.ts';
import { HeldCalls } from './approvals/index.ts';
import { Comparer } from './comparison/index.ts';
import type { ControlContext, Declared, IndexDesk, Preview } from './control/index.ts';
import { addressReader, type Entrance, statesOf } from './entrance.ts';
import { engineFunctions } from './functions/index.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { openPeopleContext } from './identity/index.ts';
import {
  type Clock,
  SIGN_ON_ANSWER_BYTES,
  SIGN_ON_ANSWER_MS,
  untold,
  WEBHOOK_ANSWER_MS,
} from './limits/index.ts';
import { type Live, registryOf, urlOf } from './live.ts';
import { openMailer } from './mail/index.ts';
import { offeredTools } from './offered-tools.ts';
import {
  hostRules,
  type ProxyContext,
  RefusalRates,
  Rounds,
  SessionSeal,
  Strangers,
  senderReading,
} from './proxy/index.ts';
import type { RefusedRows } from './refused-rows.ts';
import { ORGANIZATION } from './registry.ts';
import { entriesOf, previewOf } from './routing/index.ts';
import { Sequence } from './sequence.ts';
import { openSignOn } from './sign-on/index.ts';
import { isStillApprover } from './still-approver.ts';
import { type CallStore, keyedHash, Seal, type Store } from './store/index.ts';
import { checkStored } from './stored-servers.ts';
import type { Telemetry } from './telemetry/index.ts';
import { declaredWebhooks, lettersOf, webhooksInForce } from './telling.ts';
import { exchangeText, postJson } from './upstreams/index.ts';
import { VERSION } from './version.ts';
import {
  addressFault,
  newSecret,
  openWebhooks,
  shownAddress,
  testBody,
  type Webhooks,
} from './webhooks/index.ts';

/** What the data plane works with. */
export function proxyContext(
  options: GatewayOptions,
  live: Live,
  {
    clock,
    entrance,
    telemetry,
  }: { readonly clock: Clock; readonly entrance: Entrance; readonly telemetry: Telemetry },
): ProxyContext {
  const { atPoint = untold, behindProxy = false, host: listenHost, log, publicUrl } = options;
  const { snapshots, store, upstreams } = live;
  const areSignedIn = mayAgentsSignIn(options);
  const argumentHash = keyedHash(store.secrets.key('argument-hash'));
  const seal = new Seal(store.secrets.key('session-seal'), 'boomgate round 1');
  return {
    store: { ...store, sessions: toldToAll(store, entrance) },
    upstreams,
    snapshots,
    compileSchema: engineFunctions.schema,
    clock,
    log,
    registry: (organization) => registryOf(live, organization),
    sessions: new SessionSeal(store.secrets.key('session-seal')),
    cursors: new Seal(store.secrets.key('session-seal'), 'boomgate cursor 1'),
    hosts: hostRules({ listenHost, publicUrl }),
    version: VERSION,
    argumentHash,
    rounds: new Rounds({ seal, digest: argumentHash, process: randomUUID() }),
    refusals: new RefusalRates(),
    strangers: new Strangers(),
    senderOf: senderReading(addressReader(options), behindProxy),
    isBehindProxy: behindProxy,
    telemetry,
    held: new HeldCalls({
      get: (id) => store.approvals.get(id),
      changed: store.approvals.watch(),
      nowMs: () => store.approvals.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
    }),
    signInAt: () => (areSignedIn ? urlOf(options, live) : undefined),
    approvalUrl: (id) => `${urlOf(options, live)}/approvals/${id}`,
    mayDecide: options.mayDecide ?? isStillApprover,
    atPoint,
    basePath: publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, ''),
  };
}

/** A session that ends in this process is over in all of them. */
function toldToAll({ sessions }: Store, entrance: Entrance): CallStore['sessions'] {
  return {
    isEnded: (id) => sessions.isEnded(id),
    end: async (id, forgetAtMs) => {
      await sessions.end(id, forgetAtMs);
      await entrance.ended({ id, forgetAtMs });
    },
  };
}

/** What it is made of beside what every part of the gateway has. */
type ControlParts = {
  readonly agentSignIn: AgentSignInDesk;
  readonly clock: Clock;
  readonly entrance: Entrance;
  readonly index: IndexDesk;
  readonly refused: RefusedRows;
};

/** What the control plane works with. */
export function controlContext(
  options: GatewayOptions,
  live: Live,
  { agentSignIn, clock, entrance, index, refused }: ControlParts,
): ControlContext {
  const { behindProxy = false, host: listenHost, log, publicUrl } = options;
  const { store } = live;
  const declared = (organization: string): Declared =>
    organization === ORGANIZATION
      ? { servers: live.config.servers, policies: live.config.policies.map(({ name }) => name) }
      : { servers: [], policies: [] };
  return {
    store,
    people: openPeopleContext(store, clock),
    ...overAll(options, live, entrance),
    declared,
    inForce: (organization) => registryOf(live, organization),
    isStopping: () => live.isStopping(),
    streams: new Map(),
    longWork: new Sequence(),
    offered: ({ organization, server }) => offeredTools(live, { organization, server }),
    comparer: new Comparer(),
    functions: engineFunctions,
    listTools: async (server, upstream) => {
      const listing = await upstream.list('tools', { fresh: true });
      await live.snapshots.inspect(server, listing);
      return listing.items.length;
    },
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
      ask: (request) =>
        exchangeText({ ...request, maxBytes: SIGN_ON_ANSWER_BYTES, withinMs: SIGN_ON_ANSWER_MS }),
      clock,
    }),
    serverSignIn: live.signIns,
    agentSignIn,
    later: (what, work) =>
      void setImmediate(() => {
        work().catch((error: unknown) => log.warn({ error: String(error) }, `${what} failed`));
      }),
    index,
    refused: (request) => refused.note(request),
    // A cast: the same shape without `readonly`.
    declaredIn: entriesOf,
    preview: (text, taken) => previewOf(text, taken) as Preview,
    webhooks: {
      declared: (organization) => declaredWebhooks(organization, live),
      addressFault,
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

/** Who is told of approvals, and how. */
export function webhooksOf(live: Live, { approvalUrl, clock, log }: ProxyContext): Webhooks {
  return openWebhooks({
    outbox: live.store.outbox,
    webhooks: () => webhooksInForce(live),
    refresh: () => live.store.webhooks.refresh(),
    letters: lettersOf(live),
    approvalUrl,
    post: (webhook, body, headers) =>
      postJson({
        url: webhook.url,
        allowPrivate: webhook.allowPrivate,
        body,
        headers,
        withinMs: WEBHOOK_ANSWER_MS,
      }),
    clock,
    onFault: ({ id }, error) =>
      log.warn({ delivery: id, error: String(error) }, 'what became of a delivery was not kept'),
  });
}
