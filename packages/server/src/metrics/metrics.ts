import type { HeldCalls } from '../approvals/index.ts';
import { addressReader, isReachedThroughProxy } from '../entrance/index.ts';
import { type Readiness, readinessOf } from '../front/index.ts';
import type { GatewayOptions } from '../gateway-options.ts';
import type { HttpServer } from '../http-server/index.ts';
import type { Live } from '../in-force/index.ts';
import type { DataPlaneHandler, ProxyContext } from '../proxy/index.ts';
import {
  Exposition,
  type Measured,
  type Meter,
  openProcessReadings,
  type ProcessReadings,
  type Sample,
} from '../telemetry/index.ts';
import { VERSION } from '../version.ts';
import type { MetricsAccess } from './page.ts';

/** What a gateway's metrics are read from. */
export type Readings = {
  readonly meter: Meter;
  readonly live: Live;
  readonly plane: DataPlaneHandler;
  readonly http: HttpServer;
  readonly held: Pick<HeldCalls, 'size'>;
  readonly readiness: () => Promise<Readiness>;
  readonly process: ProcessReadings;
};

/** Watches the process until `process` of it is disposed of. */
export function openReadings({
  context,
  ...rest
}: Pick<Readings, 'live' | 'meter' | 'plane' | 'http'> & { readonly context: ProxyContext }): Readings {
  return {
    ...rest,
    held: context.held,
    readiness: () => readinessOf(rest.live),
    process: openProcessReadings(),
  };
}

/** The token is that of the configuration in force; one that a grant has as well opens nothing. */
export function metricsAccess(options: GatewayOptions, live: Live): MetricsAccess {
  return {
    addressOf: addressReader(options),
    throughProxy: isReachedThroughProxy(options),
    tokenHash: () => live.config.metrics?.tokenHash,
    isGrant: (hash) => live.store.grants.findByTokenHash(hash) !== undefined,
  };
}

/** The metrics of one gateway; `docs/operations.md` says what each means. */
export function openMetrics(readings: Readings): Exposition {
  return new Exposition([
    ...requestMetrics(readings.meter),
    ...workMetrics(readings),
    ...stateMetrics(readings),
    ...readings.process.metrics,
  ]);
}

function requestMetrics(meter: Meter): readonly Measured[] {
  const perServer = <Value>(read: (server: string, counts: CountsOf) => readonly Value[]): readonly Value[] =>
    [...meter.servers].flatMap(([server, counts]) => [...read(server, counts)]);
  return [
    {
      name: 'boomgate_requests_total',
      help: 'Requests of agents that were decided, as the decision log has them.',
      type: 'counter',
      read: () =>
        perServer((server, { decided }) =>
          [...decided].flatMap(([method, outcomes]) =>
            [...outcomes].flatMap(([outcome, modes]) =>
              Object.entries(modes)
                .filter(([, value]) => value > 0)
                .map(([mode, value]) => ({ labels: { server, method, outcome, mode }, value })),
            ),
          ),
        ),
    },
    {
      name: 'boomgate_turned_away_total',
      help: 'Requests that were turned away before a decision.',
      type: 'counter',
      read: () => [...meter.turnedAwayFor].map(([reason, value]) => ({ labels: { reason }, value })),
    },
    {
      name: 'boomgate_gateway_duration_seconds',
      help: "Seconds of the gateway's own work on a request.",
      type: 'histogram',
      read: () => [
        { labels: { forwarded: 'true' }, buckets: meter.ownSeconds.forwarded },
        { labels: { forwarded: 'false' }, buckets: meter.ownSeconds.answered },
      ],
    },
    {
      name: 'boomgate_upstream_duration_seconds',
      help: 'Seconds until a server had answered.',
      type: 'histogram',
      read: () =>
        perServer((server, { answers, seconds }) =>
          answers.size === 0 ? [] : [{ labels: { server }, buckets: seconds }],
        ),
    },
    {
      name: 'boomgate_upstream_answers_total',
      help: 'What became of requests that were forwarded.',
      type: 'counter',
      read: () =>
        perServer((server, { answers }) =>
          [...answers].map(([status, value]) => ({ labels: { server, status }, value })),
        ),
    },
    {
      name: 'boomgate_secrets_seen_total',
      help: 'Requests and answers that held what looks like a secret, of servers whose settings ask for that.',
      type: 'counter',
      read: () =>
        perServer((server, { secrets }) =>
          Object.entries(secrets)
            .filter(([, value]) => value > 0)
            .map(([where, value]) => ({ labels: { server, in: where }, value })),
        ),
    },
  ];
}

type CountsOf = Meter['servers'] extends ReadonlyMap<string, infer Counts> ? Counts : never;

function workMetrics({ held, http, live, meter, plane }: Readings): readonly Measured[] {
  const load = lookedAtOnce(() => live.store.load());
  return [
    gauge('boomgate_requests_in_flight', 'Requests of agents under way.', () => plane.load().requests),
    gauge('boomgate_open_streams', 'Streams that agents hold open.', () => plane.load().streams),
    gauge(
      'boomgate_grants_turned_away',
      'Grants that are answered 429 now.',
      () => plane.load().grantsTurnedAway,
    ),
    gauge('boomgate_held_calls', 'Calls that are held open for a person.', () => held.size),
    gauge(
      'boomgate_approvals_waiting',
      'Approvals that nobody has decided.',
      async () => (await load()).approvals.count,
    ),
    gauge(
      'boomgate_approvals_longest_wait_seconds',
      'How long the oldest of them has waited.',
      async () => (await load()).approvals.longestMs / 1_000,
    ),
    gauge('boomgate_journal_waiting', 'Entries that wait for a commit.', async () => (await load()).journal),
    {
      name: 'boomgate_journal_commit_duration_seconds',
      help: 'Seconds of one transaction of the journal.',
      type: 'histogram',
      read: () => [{ labels: {}, buckets: meter.commitSeconds }],
    },
    {
      name: 'boomgate_journal_entries_total',
      help: "Entries of the journal's transactions.",
      type: 'counter',
      read: () => Object.entries(meter.entries).map(([result, value]) => ({ labels: { result }, value })),
    },
    gauge('boomgate_limits_counted', '1 while limits can be counted.', async () =>
      Number((await load()).countsLimits),
    ),
    gauge('boomgate_grants', 'Grants in memory.', async () => (await load()).grants),
    gauge('boomgate_http_connections', 'Open connections of agents and people.', () => http.connections()),
  ];
}

function stateMetrics({ live, readiness }: Readings): readonly Measured[] {
  const inForce = (kind: 'servers' | 'policies'): number =>
    [...live.registries.values()].reduce(
      (sum, registry) => sum + new Set<object>(registry[kind].values()).size,
      0,
    );
  return [
    {
      name: 'boomgate_upstreams',
      help: 'Connections to servers by state.',
      type: 'gauge',
      read: () => statesOf(live.upstreams.states()),
    },
    gauge('boomgate_servers', 'Servers in force.', () => inForce('servers')),
    gauge('boomgate_policies', 'Policies in force.', () => inForce('policies')),
    gauge('boomgate_ready', '1 when calls can be decided and recorded.', async () =>
      (await readiness()).ready ? 1 : 0,
    ),
    gauge('boomgate_config_valid', '0 while the newest configuration file is not in force.', () =>
      live.files === undefined && live.behind === undefined ? 1 : 0,
    ),
    {
      name: 'boomgate_build_info',
      help: 'Always 1.',
      type: 'gauge',
      read: () => [{ labels: { version: VERSION, node: process.version }, value: 1 }],
    },
  ];
}

/** Servers of two organisations may have one slug: they are counted together. */
function statesOf(states: ReturnType<Live['upstreams']['states']>): readonly Sample[] {
  const counts = new Map<string, { readonly labels: { server: string; state: string }; value: number }>();
  for (const { server, state } of states) {
    const key = `${state} ${server}`;
    const known = counts.get(key) ?? { labels: { server, state }, value: 0 };
    known.value += 1;
    counts.set(key, known);
  }
  return [...counts.values()];
}

/** The metrics of one page are read at the same time: what several of them ask is asked once. */
function lookedAtOnce<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let looking: Promise<Value> | undefined;
  return () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

function gauge(name: string, help: string, read: () => number | Promise<number>): Measured {
  return { name, help, type: 'gauge', read: async () => [{ value: await read() }] };
}
