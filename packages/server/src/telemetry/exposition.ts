import { type Metric, Registry } from 'prom-client';
import type { Buckets } from './buckets.ts';

type Labels = Readonly<Record<string, string>>;
export type Sample = { readonly labels?: Labels; readonly value: number };

/** One metric: what it is called, what it means, and how its numbers are read when somebody asks. */
export type Measured = {
  readonly name: string;
  readonly help: string;
} & (
  | {
      readonly type: 'counter' | 'gauge';
      readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
    }
  | {
      readonly type: 'histogram';
      readonly read: () => readonly { readonly labels: Labels; readonly buckets: Buckets }[];
    }
);

/** All metrics of one gateway as the text of Prometheus. Two gateways of one process share nothing. */
export class Exposition {
  readonly #registry = new Registry();

  constructor(metrics: readonly Measured[]) {
    for (const metric of metrics) {
      // A cast: the registry asks a metric for its name and its values, and no more.
      this.#registry.registerMetric({
        name: metric.name,
        get: () => valuesOf(metric),
      } as unknown as Metric<string>);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

type Value = Sample & { readonly metricName?: string };

/** What cannot be read now is left out, so that the rest is seen while the store is away. */
async function valuesOf(metric: Measured): Promise<object> {
  const { help, name, type } = metric;
  return { name, help, type, values: await readValues(metric).catch(() => []), aggregator: 'sum' };
}

async function readValues(metric: Measured): Promise<readonly Value[]> {
  if (metric.type !== 'histogram') return metric.read();
  return metric.read().flatMap(({ buckets, labels }) => histogramValues(metric.name, labels, buckets));
}

function histogramValues(name: string, labels: Labels, buckets: Buckets): readonly Value[] {
  const counts = buckets.cumulative();
  const bounds = [...buckets.bounds.map(String), '+Inf'];
  return [
    ...bounds.map((le, at) => ({
      labels: { le, ...labels },
      value: counts[at] ?? 0,
      metricName: `${name}_bucket`,
    })),
    { labels, value: buckets.sum, metricName: `${name}_sum` },
    { labels, value: counts.at(-1) ?? 0, metricName: `${name}_count` },
  ];
}
