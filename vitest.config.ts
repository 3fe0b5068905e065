import { defineConfig } from 'vitest/config';

const UNIT = ['packages/*/src/**/*.test.ts', 'test/*.test.ts'];
/** It takes a while. */
const PATTERNS = 'test/patterns.test.ts';
const INTEGRATION = ['packages/*/test/**/*.test.ts', 'test/deploy/*.test.ts', PATTERNS];

/** What they hold against a clock is time in which nothing else may run. */
const TIMED = [
  'packages/cli/test/bridge.test.ts',
  'packages/dashboard/test/first-load.test.ts',
  'packages/dashboard/test/log.test.ts',
  'packages/engine/src/work.test.ts',
  'packages/server/src/comparison/comparer.test.ts',
  'packages/server/src/functions/functions.test.ts',
  'packages/server/test/cases/crash-points.test.ts',
  'packages/server/test/cases/fault-matrix.test.ts',
  'packages/server/test/cases/h-upstream.test.ts',
  'packages/server/test/cases/m-audit.test.ts',
  'packages/server/test/cases/n-overload.test.ts',
  'packages/server/test/gateway/upgrade.test.ts',
  'packages/server/test/store/limits-of-replicas.test.ts',
  'packages/server/test/store/limits-on-redis.test.ts',
  'packages/server/test/store/processes.test.ts',
  'packages/server/test/upstreams/watch.test.ts',
];

/** Milliseconds that a condition may take to come true on a machine that is busy. */
const POLL_MS = 15_000;

/**
 * `unit` runs with every check; `integration` boots real servers and clients; `timed` is those of both that measure,
 * one after the other at the end. Files share a process, and with it what they import: no test may leave anything
 * behind there.
 */
export default defineConfig({
  test: {
    isolate: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: UNIT,
          exclude: [...TIMED, PATTERNS],
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: INTEGRATION,
          exclude: TIMED,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: POLL_MS } },
        },
      },
      {
        test: {
          name: 'timed',
          include: TIMED,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: POLL_MS } },
        },
      },
    ],
  },
});
