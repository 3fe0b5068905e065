import {
  type AgentSignInDesk,
  type DeskParts,
  mayGive,
  openAgentSignIn,
  type WorkloadGrant,
} from '../agent-sign-in/index.ts';
import { givenCookie } from '../control/index.ts';
import type { Entrance } from '../entrance/index.ts';
import { isBehindTls, mayAgentsSignIn } from '../exposure.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import { addressKey } from '../identity/index.ts';
import { askSignOn, type Live, registryOf, urlOf } from '../in-force/index.ts';
import { CLIENT_DOCUMENT_BYTES, CLIENT_DOCUMENT_MS, CLIENT_DOCUMENTS_AT_ONCE } from '../limits/index.ts';
import { type ProxyContext, Strangers } from '../proxy/index.ts';
import { exchangeText, resolverAside } from '../upstreams/index.ts';
import { openWorkloads } from '../workloads/index.ts';
import { openVouching } from './vouching.ts';

type Known = Pick<ProxyContext, 'clock' | 'hosts' | 'log' | 'proofs' | 'senderOf' | 'telemetry'> & {
  readonly entrance: Pick<Entrance, 'heard'>;
};

/** The authorization server of agents; closed where none may sign in. */
export function openAgents(
  options: GatewayOptions,
  live: Live,
  { clock, entrance, hosts, log, proofs, senderOf, telemetry }: Known,
): AgentSignInDesk {
  const { accounts, members } = live.store.people;
  const askers = new Strangers();
  const isTls = isBehindTls(options);
  const desk = openAgentSignIn({
    store: live.store,
    clock,
    log,
    url: () => urlOf(options, live),
    isBehindTls: isTls,
    allowsHost: hosts.allowsHost,
    mayStillGive: async (email, grant) => {
      const account = await accounts.findByEmail(email);
      const member = account && (await members.ofPerson(grant.organization, account.id));
      return member !== undefined && mayGive({ email, role: member.role }, grant);
    },
    mayAsk: (request) => {
      const network = addressKey(senderOf(request));
      const nowMs = clock.monotonicMs();
      askers.note(network, nowMs);
      return !askers.areTooMany(network, nowMs);
    },
    begunHere: (agentSignIn) => givenCookie({ isBehindTls: isTls }, { agentSignIn }, agentSignIn),
    inForceEverywhere: () => entrance.heard(),
    senderOf: (request) => senderOf(request) ?? '',
    placeIn: (organization, place) =>
      place === '' ? '' : registryOf(live, organization).servers.get(place)?.slug,
    usedElsewhere: ({ id, name, organization }, address) =>
      telemetry.meter.turnedAway('network', { address, grant: { id, name, organization } }),
    workloads: {
      ...openWorkloads({ ask: askSignOn(options.proxy), clock, url: () => urlOf(options, live) }),
      grants: () => workloadGrants(live),
    },
    vouching: openVouching(options, live, clock),
    keyed: () =>
      live.config.grants.flatMap(({ keys, name, tokenHash }) =>
        keys === undefined ? [] : [{ name, tokenHash, ...keys }],
      ),
    spend: (text, untilMs) => live.store.people.spent.spend(text, untilMs),
    proofs,
    requiresBound: () => live.config.requiresBoundTokens,
    readDocument: documentReader(options),
  });
  if (mayAgentsSignIn(options)) return desk;
  tellOfNoSignIn(options, live);
  return { ...desk, handle: () => false };
}

/** Where no agent may sign in, what the file says of agents that would does nothing. */
export function tellOfNoSignIn(options: GatewayOptions, live: Live): void {
  if (mayAgentsSignIn(options)) return;
  const { grants, providers } = live.config;
  const useless: readonly (readonly [isThere: boolean, what: string])[] = [
    [grants.some(({ workloads }) => workloads !== undefined), 'workloads cannot exchange their tokens'],
    [grants.some(({ keys }) => keys !== undefined), 'programs that sign with a key get no access'],
    [providers.some(({ agents }) => agents !== undefined), 'no agent comes in by its provider'],
  ];
  for (const [isThere, what] of useless)
    if (isThere)
      options.log.warn(
        { mend: '--public-url https://…' },
        `${what}: that takes a dashboard, and an https address or this machine alone`,
      );
}

function workloadGrants({ config }: Live): readonly WorkloadGrant[] {
  return config.grants.flatMap(({ name, server, tokenHash, workloads }) =>
    workloads === undefined ? [] : [{ name, server, tokenHash, workloads }],
  );
}

/** Whoever names an address has it read: a few at once, whole within a time, and no private one. */
function documentReader({ proxy }: Pick<GatewayOptions, 'proxy'>): DeskParts['readDocument'] {
  const resolve = resolverAside();
  let reading = 0;
  return async (url) => {
    if (reading >= CLIENT_DOCUMENTS_AT_ONCE) return { failure: 'too many documents are being read now' };
    reading += 1;
    try {
      return await exchangeText({
        ...{ url, method: 'GET', body: null, allowPrivate: false, proxy, resolve },
        headers: { accept: 'application/json' },
        ...{ maxBytes: CLIENT_DOCUMENT_BYTES, withinMs: CLIENT_DOCUMENT_MS },
      });
    } finally {
      reading -= 1;
    }
  };
}
