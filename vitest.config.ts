import { defineConfig } from 'vitest/config';

const UNIT = ['packages/*/src/**/*.test.ts', 'test/*.test.ts'];
/** It takes a while. */
const PATTERNS = 'test/patterns.test.ts';
const INTEGRATION = ['packages/*/test/**/*.test.ts', 'test/deploy/*.test.ts', PATTERNS];

/** They wait for what is late, and hold how late it may be against a clock: beside each other, and beside nothing that only computes. */
const WAITING = [
  'packages/cli/test/bridge.test.ts',
  'packages/server/test/cases/crash-points.test.ts',
  'packages/server/test/cases/fault-matrix.test.ts',
  'packages/server/test/cases/h-upstream.test.ts',
  'packages/server/test/cases/m-audit.test.ts',
  'packages/server/test/gateway/standstill.test.ts',
  'packages/server/test/gateway/upgrade.test.ts',
  'packages/server/test/store/limits-of-replicas.test.ts',
  'packages/server/test/store/limits-on-redis.test.ts',
  'packages/server/test/store/processes.test.ts',
  'packages/server/test/upstreams/watch.test.ts',
];

/** What they measure is time in which nothing else may run. */
const TIMED = [
  'packages/dashboard/test/first-load.test.ts',
  'packages/dashboard/test/log.test.ts',
  'packages/engine/src/work.test.ts',
  'packages/server/src/comparison/comparer.test.ts',
  'packages/server/src/functions/functions.test.ts',
  'packages/server/test/cases/n-overload.test.ts',
];

/** One more than a small machine has processors: half of the time tests wait for other programs. */
const WORKERS = 3;

/**
 * Tests that start real programs, on a machine that is busy: milliseconds, and another try for what a machine broke that stood still for a while.
 * `scripts/stages.mjs` names what needed one, and fails a run in which many did.
 */
const PATIENT = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } }, retry: 1 };

/** Further ones. Code that takes too long does so each time; a machine that stands still does so now and then. */
const TRIES_AGAINST_A_CLOCK = 2;

/**
 * `unit` runs with every check; `integration` boots real servers and clients; `waiting` and `timed` are those of both that hold
 * something against a clock, at the end. Files share a process, and with it what they import: no test may leave anything behind there.
 */
export default defineConfig({
  test: {
    isolate: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: UNIT,
          exclude: [...WAITING, ...TIMED, PATTERNS],
          maxWorkers: WORKERS,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: INTEGRATION,
          exclude: [...WAITING, ...TIMED],
          maxWorkers: WORKERS,
          ...PATIENT,
        },
      },
      {
        test: {
          name: 'waiting',
          include: WAITING,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 1 },
          ...PATIENT,
          retry: TRIES_AGAINST_A_CLOCK,
        },
      },
      {
        test: {
          name: 'timed',
          include: TIMED,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...PATIENT,
          retry: TRIES_AGAINST_A_CLOCK,
        },
      },
    ],
  },
});
