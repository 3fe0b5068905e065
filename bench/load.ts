/**
 * Closed-loop load: `node load.ts` with a `LoadJob` as JSON on standard input. Each connection sends the next call as soon as
 * it has its answer. Prints one line of JSON: a `Load`.
 */
import { text } from 'node:stream/consumers';
import { Histogram } from './histogram.ts';
import { type Door, type Kind, Wire } from './wire.ts';

/** Connections are shared out among the doors in turn. */
export type LoadJob = {
  readonly doors: readonly Door[];
  readonly connections: number;
  readonly seconds: number;
};

/** What one round of load came to; latencies in milliseconds, of what was not refused. */
export type Load = {
  readonly calls: number;
  readonly failures: number;
  readonly refused: number;
  /** Those of the warm-up among them. */
  readonly all: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
};

const WARM_UP_MS = 1_500;

// A cast: run.ts sends it.
const job = JSON.parse(await text(process.stdin)) as LoadJob;
const latencies = new Histogram();
const counts: Record<Kind, number> = { ok: 0, refused: 0, failed: 0 };
let all = 0;
const measureFrom = performance.now() + WARM_UP_MS;
const until = measureFrom + job.seconds * 1_000;

await Promise.all(
  Array.from({ length: job.connections }, (_, at) => drive(job.doors[at % job.doors.length])),
);
const elapsed = (performance.now() - measureFrom) / 1_000;
const load: Load = {
  calls: latencies.count,
  failures: counts.failed,
  refused: counts.refused,
  all,
  perSecond: Math.round(latencies.count / elapsed),
  p50: latencies.at(0.5),
  p99: latencies.at(0.99),
};
console.log(JSON.stringify(load));

function drive(door: Door | undefined): Promise<void> {
  if (door === undefined) throw new Error('expected a door to send calls to');
  return new Promise((resolve, reject) => {
    new Wire(door, {
      ready: (wire) => {
        const now = performance.now();
        if (now < until) return wire.send(now);
        wire.end();
        resolve();
      },
      answered: ({ sentMs }, kind) => {
        const now = performance.now();
        all += 1;
        counts[kind] += 1;
        if (kind === 'ok' && now >= measureFrom && now < until) latencies.observe(now - sentMs);
      },
      closed: () => reject(new Error(`port ${door.port}: the connection was closed`)),
    });
  });
}
