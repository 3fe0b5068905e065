import { done, type Handlers } from '../reply.ts';
import { momentOf, type WorldDecision } from '../world/world.ts';

const BUCKET_MS = { hour: 3_600_000, day: 86_400_000 } as const;
/** Names that stand in a list of the most frequent. */
const TOP = 10;

export const overview: NonNullable<Handlers['overview']> = {
  read: (world) => {
    const tools = world.servers.flatMap((one) => one.tools);
    return done({
      at: momentOf(Date.now()),
      servers: { all: world.servers.length, failing: [], failingCount: 0 },
      tools: {
        all: tools.length,
        held: tools.filter(({ state }) => state === 'held').length,
        uncovered: [],
        uncoveredCount: 0,
      },
      limits: [],
      activeGrants: [...world.grants.values()].filter(({ state }) => state === 'active').length,
      isComplete: true,
    });
  },
};

export const stats: NonNullable<Handlers['stats']> = {
  read: (world, { query }) => {
    const { bucket } = query;
    const until = query.until ?? momentOf(Date.now());
    const since = query.since ?? momentOf(Date.parse(until) - BUCKET_MS.day);
    const counted = world.decisions.filter(({ at }) => at >= since && at <= until);
    return done({
      ...{ since, until, bucket, isComplete: true, buckets: bucketsOf(counted, BUCKET_MS[bucket]) },
      tools: topOf(counted, ({ server, target }) => ({ server, tool: target })),
      refusals: topOf(
        counted.filter(({ rule }) => rule !== ''),
        ({ policy, rule }) => ({ policy, rule }),
      ),
      grants: topOf(counted, ({ grant }) => grant),
    });
  },
};

function bucketsOf(decisions: readonly WorldDecision[], lengthMs: number) {
  const buckets = new Map<string, Record<string, number>>();
  for (const { at, outcome } of decisions) {
    const start = momentOf(Math.floor(Date.parse(at) / lengthMs) * lengthMs);
    const outcomes = buckets.get(start) ?? {};
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    buckets.set(start, outcomes);
  }
  return [...buckets].map(([at, outcomes]) => ({ at, outcomes })).sort((a, b) => a.at.localeCompare(b.at));
}

function topOf<Names extends object>(
  decisions: readonly WorldDecision[],
  namesOf: (one: WorldDecision) => Names,
) {
  const found = new Map<string, Names & { count: number }>();
  for (const one of decisions) {
    const names = namesOf(one);
    const key = JSON.stringify(names);
    found.set(key, { ...names, count: (found.get(key)?.count ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count).slice(0, TOP);
}
