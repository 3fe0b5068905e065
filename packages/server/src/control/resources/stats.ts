import { type AnswerOf, type Endpoints, STATS_DAYS_MAX } from '@boomgate/contract';
import { TALLY_ROWS_OF_A_READ, TOP_NAMES } from '../../limits/index.ts';
import { type StatsReading, TALLY_WIDTHS } from '../../store/index.ts';
import { done, type HandlersOf, refuse } from '../frame/index.ts';
import { momentOf } from './moments.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

export const stats = {
  async read({ clock, store }, { operator, query: { bucket: width, since, until } }) {
    const untilMs = until === undefined ? clock.wallMs() + 1 : Date.parse(until);
    const sinceMs = since === undefined ? untilMs - DAY_MS : Date.parse(since);
    if (sinceMs >= untilMs || untilMs - sinceMs > STATS_DAYS_MAX[width] * DAY_MS) {
      const message = `expected a moment before "until", by at most ${STATS_DAYS_MAX[width]} days for each ${width}`;
      return refuse('invalid_input', { errors: [{ in: 'query', pointer: '/since', message }] });
    }
    const isComplete = await store.stats.advance({ mostRows: TALLY_ROWS_OF_A_READ });
    const organization = operator.organization.id;
    const reading = await store.stats.read({ organization, width, sinceMs, untilMs, limit: TOP_NAMES });
    const { countedUntilMs } = reading;
    const widthMs = TALLY_WIDTHS[width];
    return done({
      since: momentOf(Math.floor(sinceMs / widthMs) * widthMs),
      until: momentOf(untilMs),
      bucket: width,
      isComplete,
      // What was made since counting ended here is no reason to say that it goes on.
      ...(isComplete || countedUntilMs === undefined ? {} : { countedUntil: momentOf(countedUntilMs) }),
      ...shown(reading),
    });
  },
} satisfies HandlersOf<Endpoints['stats']>;

type Shown = Pick<AnswerOf<Endpoints['stats']['read']>, 'buckets' | 'tools' | 'refusals' | 'grants'>;

function shown({ grants, outcomes, refusals, tools }: StatsReading): Shown {
  const buckets = new Map<number, Record<string, number>>();
  for (const { atMs, count, outcome } of outcomes)
    buckets.set(atMs, { ...buckets.get(atMs), [outcome]: count });
  return {
    buckets: Array.from(buckets, ([atMs, counts]) => ({ at: momentOf(atMs), outcomes: counts })),
    tools: tools.map(({ count, first, second }) => ({ server: first, tool: second, count })),
    refusals: refusals.map(({ count, first, second }) => ({ policy: first, rule: second, count })),
    grants: grants.map(({ count, first, second }) => ({ id: first, name: second, count })),
  };
}
